package dev.tidings.source.mqtt;

import dev.tidings.intake.EventIds;
import dev.tidings.mqtt.BrokerConnection;
import dev.tidings.mqtt.BrokerStatus;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.Submitter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * All brokers that are configured. Of the instances of a cluster one is connected to each: it goes on with the broker's
 * session where the one before left off.
 */
public final class MqttSources implements AutoCloseable {
    private final List<Plan> plans;
    private final Vertx vertx;
    private final Submitter submitter;
    private final Function<String, Lease> leases;
    private final MeterRegistry meters;
    private final Clock clock;
    private final List<Source> sources = new ArrayList<>();

    private record Source(String name, BrokerConnection connection, Lease lease) {
        void close() {
            connection.close();
            lease.close();
        }
    }

    /**
     * @param submitter {@code Intake::submit}
     * @param leases gives the lease on a resource, such as {@code mqtt:plant}
     * @throws IllegalArgumentException when the configuration is impossible, as {@link #validate} does
     */
    public MqttSources(
            MqttConfig config,
            Vertx vertx,
            Submitter submitter,
            Function<String, Lease> leases,
            MeterRegistry meters,
            Clock clock) {
        this.plans = plans(config);
        this.vertx = vertx;
        this.submitter = submitter;
        this.leases = leases;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Checks the configuration of all brokers.
     *
     * @throws IllegalArgumentException when it is impossible; the message names the key, what was found and what is allowed,
     *     in one line
     */
    public static void validate(MqttConfig config) {
        List<Plan> unused = plans(config);
    }

    private static List<Plan> plans(MqttConfig config) {
        List<Plan> plans = new ArrayList<>();
        new TreeMap<>(config.brokers()).forEach((name, broker) -> plans.add(PlanReader.read(name, broker)));
        return plans;
    }

    /** Connects to them, and goes on trying. Does not wait. */
    public synchronized void start() {
        for (Plan plan : plans) {
            // A broker that only devices are reached by is nothing to listen to.
            if (plan.enabled() && !plan.mappings().isEmpty()) {
                sources.add(start(plan));
            }
        }
    }

    private Source start(Plan plan) {
        Lease lease = leases.apply("mqtt:" + plan.name());
        BrokerConnection[] made = new BrokerConnection[1];
        MqttMeters counted = new MqttMeters(
                meters, plan.name(), () -> made[0] != null && made[0].status().isConnected());
        Inflow inflow = new Inflow(plan, submitter, counted, new EventIds(clock));
        BrokerConnection connection =
                new BrokerConnection(plan.name(), vertx, plan.broker(), () -> lease.term() != Lease.NOT_HELD, inflow);
        made[0] = connection;
        inflow.over(connection);
        connection.start();
        return new Source(plan.name(), connection, lease);
    }

    /** How each is doing, by name. */
    public synchronized Map<String, BrokerStatus> status() {
        Map<String, BrokerStatus> all = new TreeMap<>();
        sources.forEach(source -> all.put(source.name(), source.connection().status()));
        return all;
    }

    /** Ends the connections, so that another instance may take over. What is not acknowledged the broker keeps. */
    @Override
    public synchronized void close() {
        try (var closing = Executors.newVirtualThreadPerTaskExecutor()) {
            sources.forEach(source -> closing.execute(source::close));
        }
        sources.clear();
    }
}
