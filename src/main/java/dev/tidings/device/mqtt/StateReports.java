package dev.tidings.device.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.Reports;
import dev.tidings.mqtt.BrokerConnection;
import dev.tidings.mqtt.Received;
import dev.tidings.source.lease.Lease;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reports what devices say by themselves, on one instance of a cluster. What a device says while it is told something is held
 * back until it has said that it is so and whoever told it has written that: this may be another instance, whose orders are
 * heard at the broker, too.
 */
final class StateReports implements BrokerConnection.Listener, AutoCloseable {
    /** In which whoever told a device something has it written. */
    private static final Duration TO_WRITE = Duration.ofSeconds(1);

    private static final long TICK_MS = 100;
    private static final int MOST_HELD = 10_000;

    private final MqttDevices devices;
    private final Reports reports;
    private final Lease lease;
    private final BrokerConnection connection;
    private final Map<String, Held> held = new HashMap<>();
    private long timer;

    /** What is held back of one device, until a time of {@link System#nanoTime}. */
    private static final class Held {
        private final Confirmation confirmation;
        private long until;
        private boolean confirmed;

        private Held(Confirmation confirmation, long until) {
            this.confirmation = confirmation;
            this.until = until;
        }
    }

    StateReports(String name, MqttDevices devices, Reports reports, Lease lease, Vertx vertx) {
        this.devices = devices;
        this.reports = reports;
        this.lease = lease;
        this.connection = new BrokerConnection(
                "device " + name,
                vertx,
                devices.broker(
                        "tidings-device-" + name,
                        true,
                        List.of(devices.states().filter(), devices.commands().filter())),
                () -> lease.term() != Lease.NOT_HELD,
                this);
    }

    void start() {
        connection
                .context()
                .runOnContext(now -> timer = connection.context().owner().setPeriodic(TICK_MS, tick -> releaseDue()));
        connection.start();
    }

    @Override
    public void connected(boolean continued) {}

    /** What is held back is told in its time: the broker does not say it again. */
    @Override
    public void disconnected() {}

    @Override
    public void received(Received message) {
        message.acknowledge();
        ObjectNode object = Confirmation.objectIn(message.payload(), devices.maxSize());
        if (object == null) {
            return;
        }
        Optional<String> told = devices.commands().device(message.topic()).filter(devices::contains);
        if (told.isPresent()) {
            hold(told.get(), object);
        } else {
            devices.speaker(message.topic()).ifPresent(device -> said(device, object));
        }
    }

    /** What was held back before stays so: told now it might undo what is being told. */
    private void hold(String device, ObjectNode change) {
        Held before = held.get(device);
        if (before != null || held.size() < MOST_HELD) {
            Confirmation confirmation = before == null ? new Confirmation(change) : before.confirmation.of(change);
            held.put(device, new Held(confirmation, System.nanoTime() + longest()));
        }
    }

    private long longest() {
        return devices.timeout().plus(TO_WRITE).toNanos();
    }

    private void said(String device, ObjectNode state) {
        Held holding = held.get(device);
        if (holding == null) {
            report(device, state);
        } else if (holding.confirmation.hears(state) && !holding.confirmed) {
            holding.confirmed = true;
            holding.until = System.nanoTime() + TO_WRITE.toNanos();
        }
    }

    private void releaseDue() {
        long now = System.nanoTime();
        for (Iterator<Map.Entry<String, Held>> each = held.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Held> entry = each.next();
            if (now - entry.getValue().until >= 0) {
                each.remove();
                report(entry.getKey(), entry.getValue().confirmation.said());
            }
        }
    }

    private void report(String device, ObjectNode patch) {
        if (!patch.isEmpty()) {
            reports.report(device, patch);
        }
    }

    @Override
    public void close() {
        connection.context().runOnContext(now -> connection.context().owner().cancelTimer(timer));
        connection.close();
        lease.close();
    }
}
