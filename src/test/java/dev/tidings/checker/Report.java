package dev.tidings.checker;

import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.Shortest;
import dev.tidings.checker.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What came of rounds, for people: a line for each as it ends, a page of all, the raw figures, and of a round that broke a promise all
 * there is.
 */
final class Report {
    /** Of broken promises, so many are shown with the history that shows them. */
    private static final int SHOWN = 5;

    private final Options options;
    private final Map<Topology, long[]> byTopology = new TreeMap<>();
    private final Map<String, Integer> faults = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();

    Report(Options options) throws IOException {
        this.options = options;
        Files.createDirectories(options.out());
        Files.deleteIfExists(raw());
    }

    private Path raw() {
        return options.out().resolve("rounds.jsonl");
    }

    /** Says what came of a round. */
    void add(Outcome outcome) throws IOException {
        Map<String, Long> figures = figures(outcome);
        System.out.println(summary(outcome));
        long[] sums = byTopology.computeIfAbsent(outcome.topology(), t -> new long[figures.size()]);
        int at = 0;
        for (long figure : figures.values()) {
            sums[at++] += figure;
        }
        outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
        Files.writeString(
                raw(),
                "{\"topology\":\"" + outcome.topology() + "\",\"seed\":" + outcome.seed() + ","
                        + figures.entrySet().stream()
                                .map(figure -> "\"" + figure.getKey() + "\":" + figure.getValue())
                                .collect(Collectors.joining(","))
                        + "}\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        if (!outcome.violations().isEmpty()) {
            keep(outcome);
        }
    }

    private void keep(Outcome outcome) throws IOException {
        String name = outcome.topology() + "-" + outcome.seed();
        broken.add(name);
        Path directory = Files.createDirectories(options.out().resolve(name));
        String shortest = of(outcome);
        System.out.println(shortest);
        Files.writeString(directory.resolve("broken.txt"), shortest);
        Files.write(
                directory.resolve("history.txt"),
                outcome.history().stream().map(Entry::toString).toList());
        for (int i = 0; i < outcome.printed().size(); i++) {
            Files.writeString(
                    directory.resolve("instance-" + (i + 1) + ".log"),
                    outcome.printed().get(i));
        }
    }

    /** Writes the page; true when all promises were kept. */
    boolean finish() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# " + (broken.isEmpty() ? "All promises were kept" : "Broken promises: " + broken));
        lines.add("");
        lines.add("| what | " + byTopology.keySet().stream().map(Enum::name).collect(Collectors.joining(" | ")) + " |");
        lines.add("| --- |" + " ---: |".repeat(byTopology.size()));
        int row = 0;
        for (String name : NAMES) {
            int at = row++;
            lines.add("| " + name + " | "
                    + byTopology.values().stream()
                            .map(sums -> Long.toString(sums[at]))
                            .collect(Collectors.joining(" | "))
                    + " |");
        }
        lines.add("");
        lines.add("| fault | times |");
        lines.add("| --- | ---: |");
        faults.forEach((kind, count) -> lines.add("| " + kind + " | " + count + " |"));
        Files.write(options.out().resolve("report.md"), lines);
        System.out.println(String.join("\n", lines));
        System.out.println("The page is " + options.out().resolve("report.md").toAbsolutePath());
        return broken.isEmpty();
    }

    private static final List<String> NAMES = List.of(
            "rounds",
            "seconds",
            "faults",
            "events sent",
            "acknowledged",
            "not taken",
            "left unknown",
            "deliveries",
            "connections",
            "losses announced",
            "acknowledged events lost by Redis or with the memory",
            "promises broken");

    private static Map<String, Long> figures(Outcome outcome) {
        long injected =
                outcome.faults().values().stream().mapToInt(count -> count).sum();
        List<Long> values = List.of(
                1L,
                outcome.millis() / 1000,
                injected,
                outcome.count(Kind.SENT),
                outcome.count(Kind.ACKED),
                outcome.count(Kind.REFUSED),
                outcome.count(Kind.UNKNOWN),
                outcome.count(Kind.DELIVERED),
                outcome.count(Kind.CONNECTED),
                outcome.lossesTold(),
                outcome.lost(),
                (long) outcome.violations().size());
        Map<String, Long> figures = new LinkedHashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            figures.put(NAMES.get(i), values.get(i));
        }
        return figures;
    }

    private static String summary(Outcome outcome) {
        return outcome.topology() + ", seed " + outcome.seed() + ": "
                + figures(outcome).entrySet().stream()
                        .skip(1)
                        .map(figure -> figure.getKey() + " " + figure.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** A line about a round, and the shortest histories that show which promises it broke. */
    static String of(Outcome outcome) {
        StringBuilder text = new StringBuilder(summary(outcome));
        List<Violation> violations = outcome.violations();
        for (Violation violation : violations.subList(0, Math.min(SHOWN, violations.size()))) {
            text.append("\n\n").append(violation).append("\n\n");
            if (!violation.channel().isEmpty()) {
                text.append(Shortest.of(outcome.history(), violation).stream()
                        .map(Entry::toString)
                        .collect(Collectors.joining("\n")));
            }
        }
        return text.toString();
    }
}
