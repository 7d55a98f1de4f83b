package dev.tidings.source.poll;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Counts and times what one poller does. */
final class PollerMeters {
    /** How a look ended. */
    enum Result {
        /** Nothing had changed. */
        OK,
        /** Something had changed, and it was stored. */
        CHANGED,
        /** The source could not be looked at, or the log could not take what was seen. */
        FAILED
    }

    private final MeterRegistry registry;
    private final String poller;
    private final Timer duration;
    private final Counter coalesced;

    PollerMeters(MeterRegistry registry, String poller) {
        this.registry = registry;
        this.poller = poller;
        this.duration = Timer.builder("tidings.poller.duration")
                .description("From the beginning of a look at a source to the log's acknowledgement")
                .tag("poller", poller)
                .register(registry);
        this.coalesced = Counter.builder("tidings.poller.coalesced")
                .description("Events that were counted instead of told, for there were too many in their channels")
                .tag("poller", poller)
                .register(registry);
        for (Result result : Result.values()) {
            runs(result);
        }
    }

    void record(Result result, Duration took) {
        runs(result).increment();
        duration.record(took);
    }

    void coalesced(int events) {
        coalesced.increment(events);
    }

    private Counter runs(Result result) {
        return Counter.builder("tidings.poller.runs")
                .description("Looks at a source, by how they ended")
                .tag("poller", poller)
                .tag("outcome", result.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
