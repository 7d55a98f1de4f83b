package dev.tidings.benchmark;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is to be measured and how, as {@code name=value}. */
public final class Options {
    /** Names, defaults and meanings, in the order in which they are listed. */
    private static final Map<String, List<String>> KNOWN = new LinkedHashMap<>();

    static {
        known("mode", "run", "run; inner: JMH of the inner pieces; help: this list");
        known("scenarios", "all", "which, with commas between");
        known("peers", "tidings", "which servers, with commas between; all: every one that is installed");
        known("rounds", "3", "how often all is repeated, one server after the other in each");
        known("seconds", "10", "measured in each step");
        known("warm", "40", "seconds of load before, not measured: a JVM compiles meanwhile, on the same core");
        known("size", "200", "bytes of a message, without what servers put around it");
        known("scale", "1", "multiplies numbers of connections and channels and rates; 0.05 tries everything out");
        known(
                "jar",
                "target/quarkus-app/quarkus-run.jar",
                "the server measured; any other file than a .jar is run itself");
        known("jvm", "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders", "options of the server's JVM");
        known(
                "idle-jvm",
                "-Xms64m -Xmx512m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders",
                "the same where memory of idle connections is measured");
        known("server-core", "0", "core of the server; none: any");
        known("generator-core", "1", "core of the load generator; none: any");
        known("node", "", "folder with node_modules of socket.io and ws");
        known("out", "target/benchmark", "folder for raw figures, table and plots");
        known("inner", "", "which of the inner benchmarks, as a regular expression");
    }

    private final Map<String, String> given = new LinkedHashMap<>();

    private static void known(String name, String otherwise, String meaning) {
        KNOWN.put(name, List.of(otherwise, meaning));
    }

    /**
     * Reads them; an empty value stands for the default.
     *
     * @throws IllegalArgumentException when there is no such option, or its value cannot be
     */
    public static Options parse(List<String> arguments) {
        Options options = new Options();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KNOWN.containsKey(name)) {
                throw new IllegalArgumentException("no option " + argument + "; options are name=value:\n" + list());
            }
            if (equals < argument.length() - 1) {
                options.given.put(name, argument.substring(equals + 1));
            }
        }
        options.check();
        return options;
    }

    private void check() {
        if (rounds() < 1 || rounds() > 100) {
            throw new IllegalArgumentException("rounds is 1 to 100, not " + rounds());
        }
        if (seconds() <= 0 || seconds() > 600 || warm() < 0 || warm() > 600) {
            throw new IllegalArgumentException("seconds and warm are at most 600");
        }
        if (size() < 80 || size() > 60_000) {
            throw new IllegalArgumentException("size is 80 to 60000, not " + size());
        }
        if (scale() <= 0 || scale() > 100) {
            throw new IllegalArgumentException("scale is above 0 and at most 100, not " + scale());
        }
    }

    /** All options with defaults and meanings, as text. */
    public static String list() {
        return KNOWN.entrySet().stream()
                .map(each -> "  %-15s %s  [%s]"
                        .formatted(
                                each.getKey(),
                                each.getValue().get(1),
                                each.getValue().get(0)))
                .collect(Collectors.joining("\n"));
    }

    public String text(String name) {
        return given.getOrDefault(name, KNOWN.get(name).get(0));
    }

    /** The parts between commas. */
    public List<String> parts(String name) {
        return Stream.of(text(name).split(",")).map(String::strip).toList();
    }

    private double number(String name) {
        try {
            return Double.parseDouble(text(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not " + text(name), e);
        }
    }

    public int rounds() {
        return (int) number("rounds");
    }

    public double seconds() {
        return number("seconds");
    }

    public double warm() {
        return number("warm");
    }

    public int size() {
        return (int) number("size");
    }

    public double scale() {
        return number("scale");
    }

    /** A number of things at this scale, one at least. */
    public int scaled(int count) {
        return (int) Math.max(1, Math.round(count * scale()));
    }

    public Path out() {
        return Path.of(text("out")).toAbsolutePath();
    }

    /** What was given, for the record. */
    public Map<String, String> given() {
        return Map.copyOf(given);
    }
}
