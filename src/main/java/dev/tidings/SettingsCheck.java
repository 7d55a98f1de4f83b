package dev.tidings;

import dev.tidings.auth.AuthConfig;
import dev.tidings.auth.JwtVerifier;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.LogConfig;
import dev.tidings.log.Range;
import dev.tidings.source.Pollers;
import dev.tidings.source.PollersConfig;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Finds settings that cannot work, before anything runs by them. */
@Singleton
class SettingsCheck {
    private final JwtVerifier verifier;
    private final AuthConfig auth;
    private final ConnectionConfig connections;
    private final LimitsConfig limits;
    private final ChannelsConfig channels;
    private final LogConfig log;
    private final PollersConfig pollers;

    SettingsCheck(
            JwtVerifier verifier,
            AuthConfig auth,
            ConnectionConfig connections,
            LimitsConfig limits,
            ChannelsConfig channels,
            LogConfig log,
            PollersConfig pollers) {
        this.verifier = verifier;
        this.auth = auth;
        this.connections = connections;
        this.limits = limits;
        this.channels = channels;
        this.log = log;
        this.pollers = pollers;
    }

    /** @throws RuntimeException with one line that names a key, what was found and what is allowed */
    void run() {
        checkLimits();
        positive("auth.authenticate-within", auth.authenticateWithin());
        positive("heartbeat", connections.heartbeat());
        positive("drain", connections.drain());
        within("log.shards", log.shards(), 1, 64);
        within("log.shard-length", log.shardLength(), 1000, Integer.MAX_VALUE);
        positive("log.timeout", log.timeout());
        channels.namespaces().forEach(SettingsCheck::checkNamespace);
        Pollers.validate(pollers);
        verifier.start();
    }

    private void checkLimits() {
        within("limits.connections", limits.connections(), 1, Integer.MAX_VALUE);
        within("limits.connections-per-subject", limits.connectionsPerSubject(), 1, Integer.MAX_VALUE);
        within("limits.subscriptions-per-connection", limits.subscriptionsPerConnection(), 1, Integer.MAX_VALUE);
        within("limits.messages-per-second", limits.messagesPerSecond(), 1, Integer.MAX_VALUE);
        within("limits.burst", limits.burst(), 1, Integer.MAX_VALUE);
        within("limits.requests-per-second", limits.requestsPerSecond(), 1, Integer.MAX_VALUE);
        within("limits.requests-burst", limits.requestsBurst(), 1, Integer.MAX_VALUE);
        within("limits.batch", limits.batch(), 1, Integer.MAX_VALUE);
        size("limits.message-size", limits.messageSize());
        size("limits.unauthenticated-message-size", limits.unauthenticatedMessageSize());
        size("limits.queue-size", limits.queueSize());
    }

    private static void checkNamespace(String name, ChannelsConfig.Namespace namespace) {
        namespace
                .historySize()
                .ifPresent(size -> within("channels." + name + ".history-size", size, 0, Range.MAX_LIMIT));
        namespace.historyAge().ifPresent(age -> positive("channels." + name + ".history-age", age));
    }

    private static void size(String name, MemorySize size) {
        within(name, size.asLongValue(), 1024, Integer.MAX_VALUE);
    }

    private static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw impossible(name, duration, "a duration of 1 ms or more");
        }
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw impossible(name, value, max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max);
        }
    }

    private static IllegalArgumentException impossible(String name, Object found, String allowed) {
        return new IllegalArgumentException("tidings." + name + ": found " + found + ", allowed is " + allowed);
    }
}
