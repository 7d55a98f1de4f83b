package dev.tidings;

import dev.tidings.command.CommandObserver;
import dev.tidings.command.Commands;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.SessionObserver;
import dev.tidings.event.Event;
import dev.tidings.hub.HubObserver;
import dev.tidings.operator.OpenConnection.Load;
import dev.tidings.operator.OpenConnections;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/** Counts what the hub and the sessions do. */
@ApplicationScoped
public class Metrics implements HubObserver, SessionObserver, CommandObserver {
    private static final Logger LOG = Logger.getLogger("dev.tidings.hub");

    private final MeterRegistry registry;
    private final Clock clock;
    private final LongAdder deliveries = new LongAdder();
    private final Timer latency;
    private final Counter slowConsumers;
    private final Map<Recovery, Counter> replays = new EnumMap<>(Recovery.class);
    private final Counter fallsBehind;
    private final Counter replayedEvents;
    private final Map<String, Counter> received = new ConcurrentHashMap<>();
    private final Map<String, Timer> commands = new ConcurrentHashMap<>();
    private final Map<String, Counter> limitHits = new ConcurrentHashMap<>();

    Metrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.latency = Timer.builder("tidings.delivery")
                .description("From an event's acceptance to its being handed to connections, once for each loop")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        this.slowConsumers = Counter.builder("tidings.slow.consumers")
                .description("Connections ended because they did not take what they had asked for")
                .register(registry);
        this.fallsBehind = Counter.builder("tidings.falls.behind")
                .description("Times a connection was left behind because it did not take what it had asked for")
                .register(registry);
        this.replayedEvents = Counter.builder("tidings.replayed.events")
                .description("Events sent from history to subscribers who had missed them")
                .register(registry);
        for (Recovery recovery : Recovery.values()) {
            replays.put(
                    recovery,
                    Counter.builder("tidings.replays")
                            .description("Times a subscriber was brought up to date, by how it went")
                            .tag("outcome", recovery.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        // There before it happens, so that Prometheus sees the first time, too.
        limitHits.put("connections", limitHits("connections"));
        FunctionCounter.builder("tidings.messages.out", deliveries, LongAdder::sum)
                .description("Events handed to connections")
                .register(registry);
    }

    /** Shows the connections that an admission counts. */
    void show(Admission admission) {
        for (ConnectionKind kind : ConnectionKind.values()) {
            Gauge.builder("tidings.connections.open", () -> admission.open(kind))
                    .description("Open connections, authenticated or not, by transport")
                    .tag("transport", kind.text())
                    .register(registry);
        }
        admission.onNewTenant(tenant -> Gauge.builder("tidings.connections", () -> admission.open(tenant))
                .description("Authenticated connections by tenant")
                .tag("tenant", tenant)
                .register(registry));
    }

    /** Shows the commands that are waited for, and who answers them. */
    void show(Commands commands) {
        Gauge.builder("tidings.commands.waiting", commands, Commands::waiting)
                .description("Commands given on this instance and not answered yet")
                .register(registry);
        Gauge.builder("tidings.handlers", commands, Commands::handling)
                .description("Channels and patterns whose commands are answered here, once for each handler")
                .register(registry);
    }

    @Override
    public void ended(String status, long nanos) {
        commands.computeIfAbsent(
                        status,
                        each -> Timer.builder("tidings.commands")
                                .description("Commands given on this instance, by how they ended")
                                .tag("status", each)
                                .publishPercentileHistogram()
                                .minimumExpectedValue(Duration.ofMillis(1))
                                .maximumExpectedValue(Duration.ofMinutes(5))
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Shows how connections are doing. */
    void show(OpenConnections live) {
        Gauge.builder(
                        "tidings.connections.behind",
                        () -> live.loads().filter(Load::isBehind).count())
                .description("Connections that have not been given all that there is for them")
                .register(registry);
        Gauge.builder(
                        "tidings.lag.max",
                        () -> live.loads().mapToLong(Load::lag).max().orElse(0))
                .description("Events that the connection furthest behind has not been given")
                .register(registry);
        Gauge.builder(
                        "tidings.queued.bytes",
                        () -> live.loads().mapToLong(Load::queuedBytes).sum())
                .description("Bytes waiting to be sent to all connections")
                .register(registry);
        Gauge.builder(
                        "tidings.queued.bytes.max",
                        () -> live.loads().mapToLong(Load::queuedBytes).max().orElse(0))
                .description("Bytes waiting to be sent to the connection with most of them")
                .register(registry);
    }

    @Override
    public void delivered(Event event, int connections) {
        deliveries.add(connections);
        latency.record(Math.max(0, clock.millis() - event.timestamp()), TimeUnit.MILLISECONDS);
    }

    @Override
    public void failed(RuntimeException fault) {
        LOG.error("events could not be delivered and are looked up", fault);
    }

    @Override
    public void fellBehind() {
        fallsBehind.increment();
    }

    @Override
    public void replayed(Recovery recovery, int events) {
        counter(replays, recovery).increment();
        replayedEvents.increment(events);
    }

    private static Counter counter(Map<Recovery, Counter> counters, Recovery key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("not counted: " + key);
        }
        return counter;
    }

    @Override
    public void received(String type) {
        received.computeIfAbsent(
                        type,
                        each -> Counter.builder("tidings.messages.in")
                                .description("Messages from clients by type")
                                .tag("type", each.toLowerCase(Locale.ROOT))
                                .register(registry))
                .increment();
    }

    @Override
    public void limitHit(String kind) {
        limitHits.computeIfAbsent(kind, this::limitHits).increment();
    }

    private Counter limitHits(String kind) {
        return Counter.builder("tidings.limit.hits")
                .description("Times a client was refused something because of a limit")
                .tag("limit", kind)
                .register(registry);
    }

    @Override
    public void slowConsumer() {
        slowConsumers.increment();
    }
}
