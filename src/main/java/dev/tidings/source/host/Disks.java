package dev.tidings.source.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How full the disks are. */
final class Disks {
    private static final Set<String> LOCAL = Set.of("overlay", "zfs", "btrfs", "apfs");
    private static final int MAX_DISKS = 32;

    private Disks() {}

    /**
     * Writes the disks of a Linux machine by where they are mounted: those with a device of their own, each once, and the
     * root. File systems over a network are left out: to ask one that has gone can take for ever.
     *
     * @param mounts the lines of {@code /proc/self/mounts}
     */
    static void write(List<String> mounts, ObjectNode disks) {
        Set<String> devices = new HashSet<>();
        for (String line : mounts) {
            String[] fields = line.split(" ", -1);
            if (fields.length < 3 || disks.size() >= MAX_DISKS) {
                continue;
            }
            boolean device = fields[0].startsWith("/dev/") && !fields[0].startsWith("/dev/loop");
            boolean local = LOCAL.contains(fields[2]) && fields[1].equals("/");
            if ((device || local) && devices.add(fields[0])) {
                write(Path.of(unescaped(fields[1])), disks);
            }
        }
    }

    /** Writes one disk; nothing when it cannot be asked or holds nothing. */
    static void write(Path mount, ObjectNode disks) {
        try {
            if (!Files.isDirectory(mount)) {
                // In a container single files are mounted from the host's disks.
                return;
            }
            FileStore store = Files.getFileStore(mount);
            long total = store.getTotalSpace();
            long used = total - store.getUnallocatedSpace();
            if (total > 0) {
                disks.putObject(mount.toString())
                        .put("total", total)
                        .put("used", Rounding.amount(used, total))
                        .put("percent", Rounding.percent(used, used + store.getUsableSpace()));
            }
        } catch (IOException e) {
            // Not for this user, or unmounted just now: the others still count.
            disks.remove(mount.toString());
        }
    }

    /** The kernel writes blanks and backslashes in paths as octal escapes. */
    private static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
