package dev.tidings;

import dev.tidings.graphql.GraphQlObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times queries and mutations by {@code POST}, which the framework's own metrics of HTTP do not see. */
@Singleton
class GraphQlMetrics implements GraphQlObserver {
    private final MeterRegistry registry;
    private final Map<Integer, Timer> byStatus = new ConcurrentHashMap<>();

    GraphQlMetrics(MeterRegistry registry) {
        this.registry = registry;
        byStatus.put(200, timer(200));
    }

    @Override
    public void answered(int status, long nanos) {
        byStatus.computeIfAbsent(status, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(int status) {
        return Timer.builder("tidings.graphql.requests")
                .description("Queries and mutations by POST, until they were answered")
                .tag("status", Integer.toString(status))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
    }
}
