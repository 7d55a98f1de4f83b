package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few megabytes, of which part is taken until somebody makes room. Skips the test that may not mount. */
public final class SmallFileSystem implements AutoCloseable {
    private final Path root;
    private final Path ballast;

    private SmallFileSystem(Path root) {
        this.root = root;
        this.ballast = root.resolve("ballast");
    }

    /**
     * Mounts one.
     *
     * @param root an empty directory
     * @param free how many bytes of it can be written before there is more room, up to four megabytes
     */
    public static SmallFileSystem mount(Path root, int free) throws IOException {
        int all = 8 << 20;
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + all, "tmpfs", root.toString());
        assumeTrue(mounted, "skipped: tests may not mount a file system here");
        SmallFileSystem mount = new SmallFileSystem(root);
        Files.write(mount.ballast, new byte[all - free]);
        return mount;
    }

    public Path root() {
        return root;
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
