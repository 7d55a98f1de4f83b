package dev.tidings;

import dev.tidings.intake.Intake;
import dev.tidings.log.LogConfig;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.lease.RedisLease;
import dev.tidings.source.mqtt.MqttConfig;
import dev.tidings.source.mqtt.MqttSources;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.Function;

/** Listens to MQTT brokers, where any are configured. */
@Singleton
class MqttWiring {
    /** After {@link Startup}, which has found the settings to work by then. */
    private static final int AFTER_STARTUP = 3000;

    @Produces
    @Singleton
    MqttSources sources(
            MqttConfig config,
            LogConfig log,
            Vertx vertx,
            Intake intake,
            RedisAccess redis,
            MeterRegistry meters,
            Clock clock) {
        Function<String, Lease> leases = LogConfig.Backend.of(log) == LogConfig.Backend.REDIS
                ? resource -> RedisLease.open(redis.client(), resource, RedisLease.Timing.DEFAULT)
                : resource -> Lease.ALWAYS;
        return new MqttSources(config, vertx, intake::submit, leases, meters, clock);
    }

    void start(@Observes @Priority(AFTER_STARTUP) StartupEvent event, MqttSources sources) {
        sources.start();
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event, MqttSources sources) {
        sources.close();
    }
}
