package dev.tidings;

import dev.tidings.alert.AlertSettings;
import dev.tidings.alert.AlertsConfig;
import dev.tidings.auth.AuthConfig;
import dev.tidings.auth.JwtVerifier;
import dev.tidings.command.configured.CommandsConfig;
import dev.tidings.command.configured.ConfiguredHandlers;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.device.configured.ConfiguredDevices;
import dev.tidings.device.configured.DevicesConfig;
import dev.tidings.event.Channel;
import dev.tidings.intake.NamespaceRules;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.DurableConfig;
import dev.tidings.log.LogConfig;
import dev.tidings.log.Range;
import dev.tidings.source.Pollers;
import dev.tidings.source.PollersConfig;
import dev.tidings.source.mqtt.MqttConfig;
import dev.tidings.source.mqtt.MqttSources;
import dev.tidings.trace.TracingConfig;
import dev.tidings.trace.TracingSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Finds settings that cannot work, before anything runs by them. What a single value may be, its converter has seen to. */
@Singleton
class SettingsCheck {
    /** As browsers write it: no path, no slash at the end (RFC 6454, section 6.2). */
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s]+");

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private static final Duration SHORTEST_FRESHNESS = Duration.ofSeconds(1);

    /** Longer than anybody means, and short enough to be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final JwtVerifier verifier;
    private final AuthConfig auth;
    private final ConnectionConfig connections;
    private final ChannelsConfig channels;
    private final LogConfig log;
    private final DurableConfig durable;
    private final PollersConfig pollers;
    private final CommandsConfig commands;
    private final MqttConfig mqtt;
    private final DevicesConfig devices;
    private final AlertsConfig alerts;
    private final TracingConfig tracing;

    SettingsCheck(
            JwtVerifier verifier,
            AuthConfig auth,
            ConnectionConfig connections,
            ChannelsConfig channels,
            LogConfig log,
            DurableConfig durable,
            PollersConfig pollers,
            CommandsConfig commands,
            MqttConfig mqtt,
            DevicesConfig devices,
            AlertsConfig alerts,
            TracingConfig tracing) {
        this.verifier = verifier;
        this.auth = auth;
        this.connections = connections;
        this.channels = channels;
        this.log = log;
        this.durable = durable;
        this.pollers = pollers;
        this.commands = commands;
        this.mqtt = mqtt;
        this.devices = devices;
        this.alerts = alerts;
        this.tracing = tracing;
    }

    /** @throws RuntimeException with one line that names a key, what was found and what is allowed */
    void run() {
        positive("auth.authenticate-within", auth.authenticateWithin());
        auth.allowedOrigins().orElse(List.of()).forEach(SettingsCheck::checkOrigin);
        positive("heartbeat", connections.heartbeat());
        positive("drain", connections.drain());
        within("log.shards", log.shards(), 1, 64);
        within("log.shard-length", log.shardLength(), 1000, Integer.MAX_VALUE);
        positive("log.timeout", log.timeout());
        positive("durable.keep", durable.keep());
        if (LogConfig.Backend.of(log) == LogConfig.Backend.SQLITE && log.file().isEmpty()) {
            throw new IllegalArgumentException(
                    "tidings.log.file: not set, and tidings.log.backend is sqlite; set it to the"
                            + " path of a file, such as /var/lib/tidings/log.db");
        }
        checkMemory();
        channels.namespaces().forEach(SettingsCheck::checkNamespace);
        NamespaceRules.read(channels);
        Pollers.validate(pollers);
        ConfiguredHandlers.validate(commands);
        MqttSources.validate(mqtt);
        ConfiguredDevices.validate(devices);
        var unused = AlertSettings.of(alerts, 1);
        var unusedTracing = TracingSettings.read(tracing);
        verifier.start();
    }

    private void checkMemory() {
        long heap = Runtime.getRuntime().maxMemory();
        if (LogConfig.Backend.of(log) == LogConfig.Backend.MEMORY
                && !log.memory().fits(heap)) {
            throw new IllegalArgumentException(
                    "tidings.log.memory: %d MiB do not fit into a heap of %d MiB, most of which"
                                    .formatted(log.memory().of(heap) >> 20, heap >> 20)
                            + " has to stay for the rest; at most 75% of it can be given away, and -Xmx says how large it is");
        }
    }

    private static void checkNamespace(String name, ChannelsConfig.Namespace namespace) {
        if (!name.equals("*") && !name.matches(Channel.NAMESPACE)) {
            throw impossible("channels." + name, name, "a namespace, " + Channel.NAMESPACE + ", or *");
        }
        namespace
                .historySize()
                .ifPresent(size -> within("channels." + name + ".history-size", size, 0, Range.MAX_LIMIT));
        namespace.historyAge().ifPresent(age -> positive("channels." + name + ".history-age", age));
        namespace.freshFor().ifPresent(freshFor -> checkFreshFor("channels." + name + ".fresh-for", freshFor));
    }

    private static void checkFreshFor(String name, Duration freshFor) {
        boolean tooShort = freshFor.compareTo(SHORTEST_FRESHNESS) < 0 && !freshFor.isZero();
        if (tooShort || freshFor.compareTo(LONGEST) > 0) {
            throw impossible(name, freshFor, "a duration of 1 s to " + LONGEST.toDays() + " days, or 0 for never");
        }
    }

    private static void checkOrigin(String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw impossible(
                    "auth.allowed-origins", origin, "a scheme, a host and maybe a port: https://panel.example");
        }
    }

    private static void positive(String name, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw impossible(name, duration, "a duration of 1 ms to " + LONGEST.toDays() + " days");
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
