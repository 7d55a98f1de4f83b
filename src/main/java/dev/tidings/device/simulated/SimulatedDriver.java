package dev.tidings.device.simulated;

import dev.tidings.device.DeviceDriver;
import dev.tidings.device.Driven;
import dev.tidings.device.Reports;
import dev.tidings.device.Rounds;
import dev.tidings.source.lease.Lease;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Simulates devices, on one instance of a cluster. What devices are set to is in their states, so any instance may change them,
 * and another may go on with them.
 */
public final class SimulatedDriver implements DeviceDriver {
    private final String name;
    private final Model model;
    private final long seed;
    private final Duration interval;
    private final Supplier<Lease> lease;
    private final Map<String, Simulation> simulations = new ConcurrentHashMap<>();
    private @Nullable Rounds rounds;

    /**
     * @param seed the same devices with the same seed behave the same from their beginning
     * @param interval how much time passes at once
     */
    public SimulatedDriver(String name, Model model, long seed, Duration interval, Supplier<Lease> lease) {
        this.name = "simulated:" + name;
        this.model = model;
        this.seed = seed;
        this.interval = interval;
        this.lease = lease;
    }

    @Override
    public String name() {
        return name;
    }

    /** It is as if done: the simulation goes by what the state says. */
    @Override
    public CompletionStage<Driven> drive(Order order) {
        return CompletableFuture.completedStage(new Driven.Done(order.change()));
    }

    @Override
    public synchronized void start(Reports reports) {
        if (rounds == null) {
            double seconds = interval.toMillis() / 1000.0;
            rounds = new Rounds(name, interval, lease.get(), reports, device -> {
                var unused = reports.look(
                        device,
                        state -> CompletableFuture.completedStage(
                                simulation(device).step(state, seconds)));
            });
            rounds.start();
        }
    }

    private Simulation simulation(String device) {
        return simulations.computeIfAbsent(
                device, id -> model.begin(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + id.hashCode())));
    }

    @Override
    public synchronized void close() {
        if (rounds != null) {
            rounds.close();
            rounds = null;
        }
    }
}
