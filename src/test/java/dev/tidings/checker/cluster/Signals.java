package dev.tidings.checker.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What an operating system does to a process. */
public final class Signals {
    private Signals() {}

    /** Sends a signal, such as STOP and CONT; one that is gone meanwhile does not mind. */
    public static void send(Process process, String signal) {
        run("kill", "-" + signal, Long.toString(process.pid()));
    }

    /** Leaves it no file descriptor beyond those that it has. */
    public static void exhaustDescriptors(Process process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            limitDescriptors(process, descriptors.count());
        } catch (IOException gone) {
            // It needs none any more.
        }
    }

    /** Lets it have as many as it may have at most. */
    public static void restoreDescriptors(Process process) {
        try (Stream<String> limits = Files.lines(Path.of("/proc", Long.toString(process.pid()), "limits"))) {
            limits.filter(line -> line.startsWith("Max open files"))
                    .forEach(line -> limitDescriptors(process, Long.parseLong(line.split(" +", -1)[4])));
        } catch (IOException gone) {
            // So is its limit.
        }
    }

    private static void limitDescriptors(Process process, long limit) {
        run("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + limit + ":");
    }

    /** Runs a command to its end; answers what it printed. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
