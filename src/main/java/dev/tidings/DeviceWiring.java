package dev.tidings;

import dev.tidings.command.Commands;
import dev.tidings.device.Devices;
import dev.tidings.device.configured.ConfiguredDevices;
import dev.tidings.device.configured.DevicesConfig;
import dev.tidings.device.group.GroupMirror;
import dev.tidings.device.group.Groups;
import dev.tidings.intake.Intake;
import dev.tidings.intake.IntakeSettings;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogConfig;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.lease.RedisLease;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts together what devices need, and starts and stops it. */
@Singleton
class DeviceWiring {
    /** After {@link Startup}, which finds out whether the settings work. */
    private static final int AFTER_THE_CHECKS = 3000;

    @Produces
    @Singleton
    ConfiguredDevices configuredDevices(DevicesConfig config, LogConfig log, RedisAccess redis, Vertx vertx) {
        boolean shared = LogConfig.Backend.of(log) == LogConfig.Backend.REDIS;
        return new ConfiguredDevices(
                config,
                resource ->
                        shared ? RedisLease.open(redis.client(), resource, RedisLease.Timing.DEFAULT) : Lease.ALWAYS,
                vertx);
    }

    @Produces
    @Singleton
    Devices devices(
            EventLog log, Intake intake, IntakeSettings settings, ConfiguredDevices configured, MeterRegistry meters) {
        Devices devices = new Devices(log, intake::submit, settings, configured.types(), configured.drivers());
        Gauge.builder("tidings.devices.changing", devices, Devices::underWay)
                .description("Changes of devices under way")
                .register(meters);
        return devices;
    }

    @Produces
    @Singleton
    Groups groups(EventLog log, Intake intake) {
        return new Groups(log, intake::submit);
    }

    @Produces
    @Singleton
    GroupMirror groupMirror(EventLog log, Groups groups, Intake intake, Clock clock) {
        return new GroupMirror(log, groups, intake::submit, clock);
    }

    void start(
            @Observes @Priority(AFTER_THE_CHECKS) StartupEvent event,
            Instance<ConfiguredDevices> configured,
            Instance<Devices> devices,
            Instance<Commands> commands,
            Instance<GroupMirror> mirror) {
        mirror.get().start();
        configured.get().start(devices.get(), commands.get());
    }

    /** Not before the drain: as long as calls are answered devices are driven. */
    void stop(@Observes ShutdownEvent event, ConfiguredDevices configured, GroupMirror mirror) {
        mirror.close();
        configured.close();
    }
}
