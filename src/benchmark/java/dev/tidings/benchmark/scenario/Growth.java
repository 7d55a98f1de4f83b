package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.peer.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same number of deliveries a second, to more and more subscribers or channels, with a new server each time. */
final class Growth implements Scenario {
    private static final double DELIVERIES = 20_000;
    private static final double MESSAGES = 5_000;

    private final String name;
    private final String description;
    private final boolean subscribers;

    /** @param subscribers what grows: the subscribers of one channel, or the channels of one subscriber each */
    Growth(String name, String description, boolean subscribers) {
        this.name = name;
        this.description = description;
        this.subscribers = subscribers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> columns() {
        return List.of(
                "deliveries_per_s", "server_cpu_us_per_delivery", "p50_ms", "p99_ms", "server_rss_mib", "faults");
    }

    @Override
    public boolean suits(Peer peer) {
        return true;
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int count : subscribers ? new int[] {100, 1_000, 10_000} : new int[] {10, 100, 1_000, 10_000}) {
            int subscribed = bench.options().scaled(count);
            double rate = subscribers
                    ? DELIVERIES * bench.options().scale() / subscribed
                    : MESSAGES * bench.options().scale();
            Scenario step = new LoadScenario(
                    name,
                    description,
                    Set.of(),
                    count,
                    subscribers ? 1 : count,
                    options -> Scenarios.fixed(options, rate));
            for (Map<String, Object> row : step.run(bench, peer)) {
                row.put("step", subscribed + (subscribers ? " subscribers" : " channels"));
                row.put("size_of_step", subscribed);
                rows.add(row);
            }
        }
        return rows;
    }
}
