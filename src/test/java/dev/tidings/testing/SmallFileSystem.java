package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few megabytes that can be full. Skips the test where it may not be mounted. */
public final class SmallFileSystem implements AutoCloseable {
    private final Path root;
    private final Path ballast;

    private SmallFileSystem(Path root) {
        this.root = root;
        this.ballast = root.resolve("ballast");
    }

    /** Mounts one of eight megabytes on an empty directory. */
    public static SmallFileSystem mount(Path root) throws IOException {
        return mount(root, 8);
    }

    /** Mounts one of so many megabytes on an empty directory. */
    public static SmallFileSystem mount(Path root, int megabytes) throws IOException {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", root.toString());
        assumeTrue(mounted, "skipped: tests may not mount a file system here");
        return new SmallFileSystem(root);
    }

    public Path root() {
        return root;
    }

    /** Takes all but so many bytes of what is free. */
    public void leave(int free) throws IOException {
        long usable = Files.getFileStore(root).getUsableSpace();
        Files.write(ballast, new byte[(int) usable - free]);
    }

    /** Gives back what was taken. */
    public void makeRoom() throws IOException {
        Files.delete(ballast);
    }

    private static boolean run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        try {
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Needs all files in it closed. */
    @Override
    public void close() throws IOException {
        if (!run("umount", root.toString())) {
            throw new IOException("cannot unmount " + root);
        }
    }
}
