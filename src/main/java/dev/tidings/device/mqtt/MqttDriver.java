package dev.tidings.device.mqtt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.DeviceDriver;
import dev.tidings.device.Driven;
import dev.tidings.device.Reports;
import dev.tidings.event.Json;
import dev.tidings.mqtt.BrokerConnection;
import dev.tidings.mqtt.Received;
import dev.tidings.source.lease.Lease;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives devices by MQTT: a change is published, with QoS 1, where the device hears, as the members that are to change. It is done
 * when the device has said, where it speaks, that all of them are so; what it says besides is part of the answer. A device that
 * never says so is late.
 */
public final class MqttDriver implements DeviceDriver, BrokerConnection.Listener {
    private final String name;
    private final String shortName;
    private final MqttDevices devices;
    private final Vertx vertx;
    private final Supplier<Lease> lease;
    private final BrokerConnection connection;

    /** By device: who waits for it to say that it is so. On the connection's thread. */
    private final Map<String, Waiting> waiting = new HashMap<>();

    private @Nullable StateReports reports;

    private record Waiting(Order order, Confirmation confirmation, CompletableFuture<Driven> driven) {}

    /** @param lease asked for when what devices say is to be reported, which one instance does */
    public MqttDriver(String name, MqttDevices devices, Vertx vertx, Supplier<Lease> lease) {
        this.name = "mqtt:" + name;
        this.shortName = name;
        this.devices = devices;
        this.vertx = vertx;
        this.lease = lease;
        // Each instance has a connection of its own: its orders are confirmed to it.
        this.connection = new BrokerConnection(
                "orders to " + name,
                vertx,
                devices.broker(
                        "tidings-orders-" + UUID.randomUUID(),
                        false,
                        List.of(devices.states().filter())),
                () -> true,
                this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized void start(Reports told) {
        if (reports == null) {
            connection.start();
            reports = new StateReports(shortName, devices, told, lease.get(), vertx);
            reports.start();
        }
    }

    @Override
    public CompletionStage<Driven> drive(Order order) {
        Optional<String> topic = devices.commands().of(order.deviceId());
        if (topic.isEmpty()) {
            return CompletableFuture.completedStage(new Driven.Unreachable("has an id that is no level of a topic"));
        }
        if (!connection.status().isConnected()) {
            return CompletableFuture.completedStage(
                    new Driven.Unreachable("cannot be reached: its broker is not connected"));
        }
        Waiting mine = new Waiting(order, new Confirmation(order.change()), new CompletableFuture<>());
        connection.context().runOnContext(now -> {
            // Before it is told: it may be quicker than the broker's acknowledgement.
            waiting.put(order.deviceId(), mine);
            var unused = connection
                    .publish(topic.get(), Json.of(order.change()).utf8())
                    .exceptionally(failure -> {
                        mine.driven()
                                .complete(new Driven.Unreachable(
                                        "cannot be reached: the connection to its broker has ended"));
                        return null;
                    });
        });
        // Also when whoever waits gives it up.
        var unused = mine.driven()
                .whenComplete((driven, failure) -> connection.context().runOnContext(now -> forget(mine)));
        return mine.driven();
    }

    private void forget(Waiting mine) {
        waiting.computeIfPresent(
                mine.order().deviceId(),
                (device, present) -> present.order().id().equals(mine.order().id()) ? null : present);
    }

    @Override
    public void received(Received message) {
        message.acknowledge();
        if (message.isRetained()) {
            // How it was before it was told.
            return;
        }
        Waiting waits = devices.speaker(message.topic()).map(waiting::get).orElse(null);
        if (waits == null) {
            return;
        }
        ObjectNode state = Confirmation.objectIn(message.payload(), devices.maxSize());
        if (state != null && waits.confirmation().hears(state)) {
            waits.driven().complete(new Driven.Done(waits.confirmation().said()));
        }
    }

    @Override
    public void connected(boolean continued) {}

    /** Who waits goes on waiting: the device may say that it is so when the broker is back. */
    @Override
    public void disconnected() {}

    @Override
    public synchronized void close() {
        if (reports != null) {
            reports.close();
            reports = null;
            connection.close();
        }
    }
}
