package dev.tidings.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine that everything runs on, and how processes are started on it. */
public final class Machine {
    private static final int LONGEST_LINE = 120;

    private Machine() {}

    /** What a reader of the figures needs to know. */
    public static Map<String, Object> description() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kernel", System.getProperty("os.name") + ' ' + System.getProperty("os.version"));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("cpu", field("/proc/cpuinfo", "model name"));
        facts.put("memory", field("/proc/meminfo", "MemTotal"));
        facts.put("generator_java", System.getProperty("java.vm.name") + ' ' + Runtime.version());
        if (program("redis-server").isPresent()) {
            facts.put("redis", firstLine("redis-server", "--version"));
        }
        return facts;
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** How busy the machine has been in the last minute, by the number of runnable threads. */
    public static double load() {
        try {
            String average = Files.readString(Path.of("/proc/loadavg"));
            return Double.parseDouble(average.substring(0, average.indexOf(' ')));
        } catch (IOException e) {
            return -1;
        }
    }

    /** A program on the path. */
    public static Optional<Path> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The java of this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * A command that keeps to one core; the command as it is where that cannot be.
     *
     * @param core its number, or {@code none}
     */
    public static List<String> pinned(String core, List<String> command) {
        if (!canPin(core)) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", core));
        pinned.addAll(command);
        return pinned;
    }

    public static boolean canPin(String core) {
        return !core.equals("none")
                && program("taskset").isPresent()
                && Integer.parseInt(core) < Runtime.getRuntime().availableProcessors();
    }

    /** Makes a JVM of ours collect garbage. */
    public static void collectGarbage(long pid) {
        firstLine(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), "GC.run");
    }

    /** The first line that a command prints, such as its version. */
    public static String firstLine(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            String line = output.lines().findFirst().orElse("").strip();
            return line.substring(0, Math.min(LONGEST_LINE, line.length()));
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
