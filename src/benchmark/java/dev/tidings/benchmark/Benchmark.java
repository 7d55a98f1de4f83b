package dev.tidings.benchmark;

import dev.tidings.benchmark.inner.Inner;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Peers;
import dev.tidings.benchmark.peer.Tidings;
import dev.tidings.benchmark.report.Report;
import dev.tidings.benchmark.scenario.Scenario;
import dev.tidings.benchmark.scenario.Scenarios;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures servers side by side on this machine and writes what it found; see {@code docs/performance.md}. */
public final class Benchmark {
    private static final List<String> FAULTS = List.of("missing", "duplicates", "disagreeing", "ended", "refused");

    private final Options options;
    private final Bench bench;
    private final Report report;
    private final Map<String, Object> machine = Machine.description();
    private int failures;

    private Benchmark(Options options) {
        this.options = options;
        this.bench = new Bench(options);
        this.report = new Report(options.out());
    }

    public static void main(String[] arguments) {
        try {
            Options options = Options.parse(List.of(arguments));
            switch (options.text("mode")) {
                case "run" -> System.exit(new Benchmark(options).run());
                case "inner" -> System.exit(Inner.run(options));
                case "help" ->
                    System.out.println("Options, as -Dbenchmark.NAME=VALUE (mode: -Dbenchmark=VALUE):\n"
                            + Options.list()
                            + "\n\nScenarios:\n" + Scenarios.list() + "\n\nPeers: "
                            + String.join(
                                    ", ",
                                    Peers.all(options).stream().map(Peer::name).toList()));
                default -> throw new IllegalArgumentException("mode is run, inner or help");
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private int run() {
        List<Scenario> scenarios = Scenarios.chosen(options);
        List<Peer> peers = Peers.chosen(options);
        Stream.of("server-core", "generator-core")
                .filter(which -> !Machine.canPin(options.text(which)))
                .forEach(which -> System.out.println(
                        "not pinned: " + which + " (none asked for, no taskset, or no such core): figures vary more"));
        for (int round = 1; round <= options.rounds(); round++) {
            for (Scenario scenario : scenarios) {
                for (Peer peer : peers) {
                    measure(scenario, peer, round);
                }
            }
        }
        report.write(head(peers), scenarios);
        System.out.println("written: " + report.folder()
                + (failures == 0 ? "" : "; " + failures + " steps failed or had faults, see above"));
        return failures == 0 ? 0 : 1;
    }

    private void measure(Scenario scenario, Peer peer, int round) {
        if (!scenario.suits(peer)) {
            if (round == 1) {
                System.out.println("skipped: " + scenario.name() + " with " + peer.name());
            }
            return;
        }
        double load = Machine.load();
        try {
            for (Map<String, Object> row : scenario.run(bench, peer)) {
                Map<String, Object> full = new LinkedHashMap<>();
                full.put("scenario", scenario.name());
                full.put("peer", peer.name());
                full.put("round", round);
                full.putAll(row);
                full.put("faults", faults(row));
                full.put("version", peer.version());
                full.put("server_options", peer.settings(scenario.purpose(), options));
                full.put("options", options.given());
                full.put("machine", machine);
                full.put("machine_load_before", load);
                full.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
                report.add(full);
                System.out.println(line(full, scenario.columns()));
                // Those of others are theirs; the table tells them.
                failures += faults(row) > 0 && peer instanceof Tidings ? 1 : 0;
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            failures++;
            System.err.println("failed: " + scenario.name() + " with " + peer.name() + ": " + e.getMessage());
        }
    }

    /** Everything that should not have been; order among publishing connections is nobody's promise. */
    private static double faults(Map<String, Object> row) {
        double sum = FAULTS.stream().mapToDouble(name -> number(row, name)).sum();
        return sum + (number(row, "channels") > 1 ? number(row, "reordered") : 0);
    }

    private static double number(Map<String, Object> row, String name) {
        return row.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    private static String line(Map<String, Object> row, List<String> columns) {
        StringBuilder line = new StringBuilder("%s | %s | %s | round %s"
                .formatted(row.get("scenario"), row.get("step"), row.get("peer"), row.get("round")));
        for (String column : columns) {
            Object value = row.get(column);
            line.append(" | ").append(column).append(' ');
            line.append(value instanceof Double number ? "%.2f".formatted(number) : value);
        }
        return line.toString();
    }

    private String head(List<Peer> peers) {
        StringBuilder head = new StringBuilder("# Benchmark\n\nMedian [least-most] of the rounds. Measured ")
                .append(Instant.now().truncatedTo(ChronoUnit.MINUTES))
                .append(".\n\n");
        machine.forEach((name, value) -> head.append("- ")
                .append(name.replace('_', ' '))
                .append(": ")
                .append(value)
                .append('\n'));
        head.append("- options: ").append(options.given()).append('\n');
        for (Peer peer : peers) {
            head.append("- %s: %s %s%n".formatted(peer.name(), peer.version(), peer.settings(Purpose.SPEED, options)));
        }
        return head.append('\n').toString();
    }
}
