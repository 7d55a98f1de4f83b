package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Fleet.Faults;
import dev.tidings.benchmark.load.Plan.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Phases of load over connections that stand, each with a row of figures. */
final class Load {
    private static final long SECOND = 1_000_000;
    private static final long DRAIN_MICROS = 10 * SECOND;

    /** Messages published in one turn at most, so that receiving is not put off. */
    private static final int MOST_IN_A_TURN = 128;

    private static final double SUSTAINED_P99_MILLIS = 200;
    private static final double SUSTAINED_BACKLOG_SECONDS = 0.25;

    private final Loop loop;
    private final Plan plan;
    private final Fleet fleet;
    private final Publisher publisher;
    private final long perMessage;

    private double closedRate;
    private double rate;
    private int outstanding;
    private boolean publishing;
    private double dueMicros;
    private long lagMicros;

    Load(Loop loop, Plan plan, Fleet fleet) {
        this.loop = loop;
        this.plan = plan;
        this.fleet = fleet;
        this.publisher = new Publisher(loop, plan);
        this.perMessage = plan.subscribing().count() / plan.channelCount();
    }

    void run(Consumer<Map<String, Object>> rows) {
        long deadline = loop.micros() + DRAIN_MICROS;
        while (!publisher.isReady()) {
            loop.turn(loop.micros() + 10_000);
            if (loop.micros() > deadline) {
                throw new IllegalStateException("could not connect to publish: " + publisher.failures());
            }
        }
        for (Phase phase : plan.phases()) {
            Map<String, Object> row = run(phase);
            boolean found = phase.search() && Boolean.TRUE.equals(row.get("sustained"));
            if (phase.search()) {
                row.put("step", found ? "highest sustained" : phase.name() + ", not sustained");
            }
            if (!phase.name().isEmpty()) {
                rows.accept(row);
            }
            if (found) {
                return;
            }
        }
    }

    private Map<String, Object> run(Phase phase) {
        rate = phase.share() > 0 ? closedRate * phase.share() : phase.rate();
        outstanding = phase.outstanding();
        publishing = true;
        dueMicros = loop.micros() + 1_000;
        spend(phase.settle());
        lagMicros = 0;
        fleet.record(true);
        Snapshot before = snapshot();
        spend(phase.seconds());
        Snapshot after = snapshot();
        fleet.record(false);
        publishing = false;
        double published = (after.published - before.published) / seconds(before, after);
        if (outstanding > 0) {
            closedRate = published;
        }
        Map<String, Object> row = row(phase, before, after);
        row.put("published_per_s", published);
        drain();
        faults(row);
        return row;
    }

    private void spend(double seconds) {
        long end = loop.micros() + (long) (seconds * SECOND);
        while (loop.micros() < end) {
            publish();
            long next = publishing && outstanding == 0 ? (long) dueMicros : Long.MAX_VALUE;
            loop.turn(Math.min(end, next));
        }
    }

    private void publish() {
        for (int i = 0; publishing && i < MOST_IN_A_TURN; i++) {
            long now = loop.micros();
            if (outstanding > 0) {
                if (backlog() >= outstanding * perMessage || !publisher.publish(now)) {
                    return;
                }
            } else {
                if (dueMicros > now) {
                    return;
                }
                lagMicros = Math.max(lagMicros, now - (long) dueMicros);
                if (!publisher.publish((long) dueMicros)) {
                    return;
                }
                dueMicros += SECOND / rate;
            }
        }
    }

    /** Deliveries that are still to come. */
    private long backlog() {
        return publisher.published() * perMessage - fleet.delivered();
    }

    private void drain() {
        long deadline = loop.micros() + DRAIN_MICROS;
        while (backlog() > 0 && loop.micros() < deadline) {
            loop.turn(loop.micros() + 20_000);
        }
        // What should not come (a duplicate of the last message) has this long to come.
        long quiet = loop.micros() + SECOND / 10;
        while (loop.micros() < quiet) {
            loop.turn(quiet);
        }
    }

    private Map<String, Object> row(Phase phase, Snapshot before, Snapshot after) {
        double seconds = seconds(before, after);
        long delivered = after.delivered - before.delivered;
        double perSecond = delivered / seconds;
        Histogram latencies = fleet.latencies();
        double p99 = latencies.getValueAtPercentile(99) / 1e3;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", phase.name());
        row.put("loop", outstanding > 0 ? "closed, " + outstanding + " outstanding" : "open");
        row.put("subscribers", plan.subscribing().count());
        row.put("channels", plan.channelCount());
        row.put("seconds", seconds);
        row.put("due_per_s", outstanding > 0 ? 0 : rate);
        row.put("deliveries_per_s", perSecond);
        row.put("p50_ms", latencies.getValueAtPercentile(50) / 1e3);
        row.put("p99_ms", p99);
        row.put("p999_ms", latencies.getValueAtPercentile(99.9) / 1e3);
        row.put("max_ms", latencies.getMaxValue() / 1e3);
        row.put(
                "server_cpu_us_per_delivery",
                delivered == 0 ? -1 : (double) (after.server - before.server) / delivered);
        row.put("server_cpu_percent", (after.server - before.server) / seconds / 1e4);
        row.put("generator_cpu_percent", (after.generator - before.generator) / seconds / 1e4);
        row.put("bytes_per_delivery", delivered == 0 ? -1 : (double) (after.bytes - before.bytes) / delivered);
        row.put("publisher_lag_ms", lagMicros / 1e3);
        row.put("server_rss_mib", Usage.residentKib(plan.servers()) / 1024.0);
        row.put(
                "sustained",
                delivered > 0
                        && p99 < SUSTAINED_P99_MILLIS
                        && lagMicros / 1e3 < SUSTAINED_P99_MILLIS
                        && after.backlog - before.backlog < perSecond * SUSTAINED_BACKLOG_SECONDS);
        return row;
    }

    private void faults(Map<String, Object> row) {
        Faults faults = fleet.faults(publisher.last());
        row.put("missing", faults.missing());
        row.put("duplicates", faults.duplicates());
        row.put("reordered", faults.reordered());
        row.put("disagreeing", faults.disagreeing());
        row.put("ended", fleet.ended());
        row.put("refused", publisher.refused());
        if (fleet.ended() > 0) {
            row.put("ended_because", fleet.failures());
        }
        if (publisher.refused() > 0) {
            row.put("refused_because", publisher.failures());
        }
    }

    private static double seconds(Snapshot before, Snapshot after) {
        return (after.micros - before.micros) / (double) SECOND;
    }

    private Snapshot snapshot() {
        return new Snapshot(
                loop.micros(),
                publisher.published(),
                fleet.delivered(),
                fleet.bytes(),
                backlog(),
                Usage.cpuMicros(plan.servers()),
                Usage.cpuMicros(List.of(ProcessHandle.current().pid())));
    }

    private record Snapshot(
            long micros, long published, long delivered, long bytes, long backlog, long server, long generator) {}
}
