package dev.tidings.benchmark.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.benchmark.report.Results.Place;
import dev.tidings.benchmark.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** The files that a run leaves: each row as it comes, and tables and plots made of all. */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Path raw;
    private final Results results = new Results();

    /** Begins anew in a folder; earlier raw figures there are kept beside. */
    public Report(Path folder) {
        this.folder = folder;
        this.raw = folder.resolve("raw.jsonl");
        try {
            Files.createDirectories(folder);
            if (Files.exists(raw)) {
                Files.move(
                        raw,
                        folder.resolve("raw-" + Files.getLastModifiedTime(raw).toMillis() + ".jsonl"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    /** Keeps a row, with everything that a reader needs to judge it. */
    public void add(Map<String, Object> row) {
        results.add(row);
        try {
            Files.writeString(
                    raw, JSON.writeValueAsString(row) + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes tables and plots of what has been measured so far. */
    public void write(String head, List<Scenario> scenarios) {
        StringBuilder tables = new StringBuilder(head);
        for (Scenario scenario : scenarios) {
            tables.append(Tables.table(results, scenario.name(), scenario.description(), scenario.columns()));
            if (scenario.name().startsWith("fan-out-saturated")) {
                latencies(scenario.name());
            }
            if (scenario.name().startsWith("growth-")) {
                cost(scenario.name());
            }
        }
        write("results.md", tables.toString());
    }

    private void latencies(String scenario) {
        Plot plot = new Plot("p99 from due to delivered, over load: " + scenario, "deliveries/s", "ms");
        for (Place place : results.places(scenario)) {
            if (!place.step().equals("closed")) {
                results.spread(place, "deliveries_per_s")
                        .ifPresent(load -> results.spread(place, "p99_ms")
                                .ifPresent(p99 -> plot.add(place.peer(), load.median(), p99)));
            }
        }
        write(plot, "latency-" + scenario + ".svg");
    }

    private void cost(String scenario) {
        String what = scenario.substring("growth-".length());
        Plot plot = new Plot("server CPU per delivery, over " + what, what, "µs");
        for (Place place : results.places(scenario)) {
            results.spread(place, "size_of_step")
                    .ifPresent(size -> results.spread(place, "server_cpu_us_per_delivery")
                            .ifPresent(cost -> plot.add(place.peer(), size.median(), cost)));
        }
        write(plot, "cost-" + what + ".svg");
    }

    private void write(Plot plot, String file) {
        if (!plot.isEmpty()) {
            write(file, plot.svg());
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
