package dev.tidings.device.configured;

import dev.tidings.command.Commands;
import dev.tidings.command.Registration;
import dev.tidings.device.DeviceCommands;
import dev.tidings.device.DeviceDriver;
import dev.tidings.device.DeviceTypes;
import dev.tidings.device.Devices;
import dev.tidings.device.Drivers;
import dev.tidings.device.http.HttpDriver;
import dev.tidings.device.mqtt.MqttDriver;
import dev.tidings.device.simulated.SimulatedDriver;
import dev.tidings.source.lease.Lease;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The device types and the drivers that are configured. */
public final class ConfiguredDevices implements AutoCloseable {
    private final Settings settings;
    private final Function<String, Lease> leases;
    private final Vertx vertx;
    private final Map<Plan, DeviceDriver> drivers = new LinkedHashMap<>();
    private final List<Registration> registrations = new ArrayList<>();
    /** Made when the first driver needs it: it has a thread of its own. */
    private @Nullable HttpClient http;

    /**
     * @param leases gives the lease on a resource, such as {@code device:press}
     * @throws IllegalArgumentException when the configuration is impossible, as {@link #validate} does
     */
    public ConfiguredDevices(DevicesConfig config, Function<String, Lease> leases, Vertx vertx) {
        this.settings = Settings.read(config);
        this.vertx = vertx;
        this.leases = leases;
        for (Plan plan : settings.plans()) {
            if (plan.enabled()) {
                drivers.put(plan, driver(plan));
            }
        }
    }

    /**
     * Checks the configuration of all types and drivers.
     *
     * @throws IllegalArgumentException when it is impossible; the message names the key, what was found and what is allowed,
     *     in one line
     */
    public static void validate(DevicesConfig config) {
        var unused = Settings.read(config);
    }

    /** The types. */
    public DeviceTypes types() {
        return settings.types();
    }

    /** How long a device may take to do what it is told. */
    public Duration timeout() {
        return settings.timeout();
    }

    /** Which driver has which devices. */
    public Drivers drivers() {
        List<Drivers.Charge> charges = new ArrayList<>();
        drivers.forEach((plan, driver) ->
                plan.devices().forEach(devices -> charges.add(new Drivers.Charge(plan.tenant(), devices, driver))));
        return new Drivers(charges);
    }

    /** The drivers tell what their devices do, and answer their commands, from now on. */
    public synchronized void start(Devices devices, Commands commands) {
        drivers.forEach((plan, driver) -> {
            driver.start(devices.reports(plan.tenant(), plan.devices(), plan.type(), plan.name()));
            Registration registration = commands.register(
                    plan.tenant(), "device:" + plan.name(), new DeviceCommands(driver, devices, timeout()));
            plan.devices().forEach(registration::add);
            registrations.add(registration);
        });
    }

    private DeviceDriver driver(Plan plan) {
        return switch (plan.kind()) {
            case Plan.Http(var devices) -> new HttpDriver(plan.name(), devices, http(), () -> lease(plan));
            case Plan.Simulated(var model, var seed, var interval) ->
                new SimulatedDriver(plan.name(), model, seed, interval, () -> lease(plan));
            case Plan.Mqtt(var devices) -> new MqttDriver(plan.name(), devices, vertx, () -> lease(plan));
        };
    }

    private Lease lease(Plan plan) {
        return leases.apply("device:" + plan.name());
    }

    private HttpClient http() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
        }
        return http;
    }

    /** Nothing is told, driven or answered any more. */
    @Override
    public synchronized void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        try (var stopping = Executors.newVirtualThreadPerTaskExecutor()) {
            drivers.values().forEach(driver -> stopping.execute(driver::close));
        }
        if (http != null) {
            http.shutdownNow();
            http = null;
        }
    }
}
