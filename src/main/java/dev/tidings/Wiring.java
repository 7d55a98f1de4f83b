package dev.tidings;

import dev.tidings.auth.AuthConfig;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.connection.Services;
import dev.tidings.connection.SessionSettings;
import dev.tidings.hub.Hub;
import dev.tidings.intake.Intake;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.ConfiguredRetention;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogConfig;
import dev.tidings.log.MemoryEventLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the stages together. */
@Singleton
class Wiring {
    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    EventLog log(LogConfig config, ChannelsConfig channels, Clock clock) {
        return switch (config.backend()) {
            case MEMORY -> new MemoryEventLog(new ConfiguredRetention(channels), clock);
            case REDIS -> throw new IllegalStateException("tidings.log.backend=redis");
        };
    }

    void close(@Disposes EventLog log) {
        log.close();
    }

    @Produces
    @Singleton
    Hub hub(EventLog log, Metrics metrics) {
        return new Hub(log, metrics);
    }

    @Produces
    @Singleton
    Admission admission(LimitsConfig limits, Metrics metrics) {
        Admission admission = new Admission(limits.connections(), limits.connectionsPerSubject());
        metrics.show(admission);
        return admission;
    }

    @Produces
    @Singleton
    Services services(
            EventLog log,
            Intake intake,
            TokenVerifier verifier,
            Admission admission,
            SessionSettings settings,
            Metrics metrics,
            Clock clock) {
        return new Services(log, intake, verifier, admission, settings, metrics, clock);
    }

    @Produces
    @Singleton
    SessionSettings sessionSettings(LimitsConfig limits, AuthConfig auth, ConnectionConfig connections) {
        return new SessionSettings(
                Math.toIntExact(limits.messageSize().asLongValue()),
                Math.toIntExact(limits.unauthenticatedMessageSize().asLongValue()),
                limits.messagesPerSecond(),
                limits.burst(),
                limits.subscriptionsPerConnection(),
                auth.authenticateWithin(),
                connections.heartbeat());
    }

    @Produces
    @Singleton
    Canary canary(Intake intake, EventLog log, Hub hub, Vertx vertx, MeterRegistry meters) {
        return new Canary(intake, log, hub, ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop(), meters);
    }
}
