package dev.tidings;

import dev.tidings.auth.Caller;
import dev.tidings.event.ChannelKey;
import dev.tidings.socketio.SocketIoObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts what Socket.IO clients do. */
@Singleton
@Startup
class SocketIoMetrics implements SocketIoObserver {
    /** As many projects are named as a dashboard can show; a name for each would be without end. */
    private static final int NAMED = 20;

    private static final String OTHERS = "(others)";
    private static final long REFRESH_MS = 2_000;

    /** Whoever comes back later is taken for somebody who comes. */
    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int REMEMBERED = 10_000;

    private final Counter accepted;
    private final Counter refused;
    private final Counter reconnects;
    private final Timer responses;
    private final MultiGauge largest;
    private final Map<ChannelKey, Integer> projects = new ConcurrentHashMap<>();
    private final Map<ChannelOwner, Long> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<ChannelOwner, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record ChannelOwner(String tenant, String countedAs) {}

    SocketIoMetrics(MeterRegistry registry, Vertx vertx) {
        this.accepted = connects(registry, "accepted");
        this.refused = connects(registry, "refused");
        this.reconnects = Counter.builder("tidings.socketio.reconnects")
                .description("Clients let in whose last connection ended less than a minute ago")
                .register(registry);
        this.responses = Timer.builder("tidings.socketio.response")
                .description("From what a client emits to its answer")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        this.largest = MultiGauge.builder("tidings.socketio.project.connections")
                .description(
                        "Connections in the rooms of the " + NAMED + " largest projects, and of all others together")
                .register(registry);
        refresh();
        vertx.setPeriodic(REFRESH_MS, due -> refresh());
    }

    private static Counter connects(MeterRegistry registry, String outcome) {
        return Counter.builder("tidings.socketio.connects")
                .description("Clients that wanted to be let in, by what became of it")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void refresh() {
        List<Map.Entry<ChannelKey, Integer>> all = new ArrayList<>(projects.entrySet());
        all.sort(Map.Entry.<ChannelKey, Integer>comparingByValue(Comparator.reverseOrder()));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        int others = 0;
        for (Map.Entry<ChannelKey, Integer> each : all) {
            if (rows.size() < NAMED) {
                ChannelKey key = each.getKey();
                rows.add(row(key.tenant(), key.channel().id(), each.getValue()));
            } else {
                others += each.getValue();
            }
        }
        rows.add(row("", OTHERS, others));
        largest.register(rows, true);
    }

    private static MultiGauge.Row<?> row(String tenant, String project, int connections) {
        return MultiGauge.Row.of(Tags.of("tenant", tenant, "project", project), connections);
    }

    @Override
    public void connected(Caller caller) {
        accepted.increment();
        synchronized (gone) {
            Long at = gone.remove(owner(caller));
            if (at != null && System.nanoTime() - at < AGAIN_NANOS) {
                reconnects.increment();
            }
        }
    }

    @Override
    public void refused() {
        refused.increment();
    }

    @Override
    public void disconnected(Caller caller) {
        synchronized (gone) {
            gone.remove(owner(caller));
            gone.put(owner(caller), System.nanoTime());
        }
    }

    private static ChannelOwner owner(Caller caller) {
        return new ChannelOwner(caller.tenant(), caller.countedAs());
    }

    @Override
    public void answered(String event, long nanos) {
        responses.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void joined(ChannelKey project) {
        projects.merge(project, 1, Integer::sum);
    }

    @Override
    public void left(ChannelKey project) {
        projects.computeIfPresent(project, (same, count) -> count == 1 ? null : count - 1);
    }
}
