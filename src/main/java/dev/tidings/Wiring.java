package dev.tidings;

import dev.tidings.auth.AuthConfig;
import dev.tidings.auth.Revocations;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.cluster.Cluster;
import dev.tidings.cluster.LocalCluster;
import dev.tidings.cluster.redis.StreamCluster;
import dev.tidings.command.Audit;
import dev.tidings.command.CommandSettings;
import dev.tidings.command.Commands;
import dev.tidings.command.configured.CommandsConfig;
import dev.tidings.command.configured.ConfiguredHandlers;
import dev.tidings.connection.Acknowledgements;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.connection.CursorSeal;
import dev.tidings.connection.Services;
import dev.tidings.connection.SessionSettings;
import dev.tidings.hub.Hub;
import dev.tidings.intake.EventIds;
import dev.tidings.intake.Intake;
import dev.tidings.intake.IntakeSettings;
import dev.tidings.intake.NamespaceRules;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.ConfiguredChannels;
import dev.tidings.log.DurableConfig;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogConfig;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Retention;
import dev.tidings.log.redis.RedisEventLog;
import dev.tidings.log.redis.RedisSettings;
import dev.tidings.log.sqlite.SqliteEventLog;
import dev.tidings.log.sqlite.SqliteSettings;
import dev.tidings.operator.Audience;
import dev.tidings.operator.Connections;
import dev.tidings.operator.OpenConnections;
import dev.tidings.operator.RevocationLog;
import dev.tidings.presence.MemoryRoster;
import dev.tidings.presence.PresencePolicy;
import dev.tidings.presence.Rooms;
import dev.tidings.presence.Roster;
import dev.tidings.presence.redis.RedisRoster;
import dev.tidings.presence.redis.Timing;
import dev.tidings.source.Pollers;
import dev.tidings.source.PollersConfig;
import dev.tidings.source.freshness.Freshness;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.lease.RedisLease;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.Function;

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
    EventLog log(LogConfig config, ChannelsConfig channels, Clock clock, Vertx vertx, RedisAccess redis) {
        Retention.Policy retention = new ConfiguredChannels(channels);
        return switch (LogConfig.Backend.of(config)) {
            case MEMORY ->
                new MemoryEventLog(
                        retention,
                        clock,
                        config.memory().of(Runtime.getRuntime().maxMemory()));
            case SQLITE ->
                SqliteEventLog.open(
                        new SqliteSettings(config.file().orElseThrow(), config.shardLength(), config.timeout()),
                        retention,
                        clock);
            case REDIS -> {
                RedisEventLog log = new RedisEventLog(vertx, redis.options(), redisSettings(config), retention, clock);
                // Goes on trying by itself; whoever calls meanwhile is told.
                var unused = log.open();
                yield log;
            }
        };
    }

    private static RedisSettings redisSettings(LogConfig config) {
        return new RedisSettings("tidings", config.shards(), config.shardLength(), config.timeout());
    }

    @Produces
    @Singleton
    Acknowledgements acknowledgements(
            EventLog log, DurableConfig config, LimitsConfig limits, Vertx vertx, MeterRegistry meters) {
        DurablePositions positions =
                log.positions(new DurablePositions.Settings(config.keep().toMillis(), limits.durablePerSubject()));
        Acknowledgements acknowledgements = new Acknowledgements(
                positions, ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop(), config.keep());
        Gauge.builder("tidings.acks.waiting", acknowledgements, Acknowledgements::waiting)
                .description("Durable subscriptions whose acknowledgements wait to be stored")
                .register(meters);
        return acknowledgements;
    }

    void close(@Disposes EventLog log) {
        log.close();
    }

    @Produces
    @Singleton
    Roster roster(LogConfig config, Vertx vertx, RedisAccess redis) {
        return switch (LogConfig.Backend.of(config)) {
            case MEMORY, SQLITE -> new MemoryRoster();
            case REDIS -> {
                Timing timing = Timing.DEFAULT.withTimeout(config.timeout());
                RedisRoster roster = new RedisRoster(vertx, redis.options(), redisSettings(config), timing);
                var unused = roster.open();
                yield roster;
            }
        };
    }

    void close(@Disposes Roster roster) {
        roster.close();
    }

    @Produces
    @Singleton
    Cluster cluster(LogConfig config, Vertx vertx, RedisAccess redis) {
        return switch (LogConfig.Backend.of(config)) {
            case MEMORY, SQLITE -> new LocalCluster();
            case REDIS -> {
                StreamCluster cluster = new StreamCluster(
                        vertx,
                        redis.options(),
                        redisSettings(config).prefix(),
                        dev.tidings.cluster.redis.Timing.DEFAULT.withTimeout(config.timeout()));
                var unused = cluster.open();
                yield cluster;
            }
        };
    }

    void close(@Disposes Cluster cluster) {
        cluster.close();
    }

    @Produces
    @Singleton
    PresencePolicy presencePolicy(ChannelsConfig channels) {
        return new ConfiguredChannels(channels)::presence;
    }

    @Produces
    @Singleton
    Rooms rooms(Roster roster, Clock clock) {
        return new Rooms(roster, clock);
    }

    @Produces
    @Singleton
    Hub hub(EventLog log, Metrics metrics, Tracing tracing, ChannelsConfig channels, Clock clock) {
        ConfiguredChannels configured = new ConfiguredChannels(channels);
        return new Hub(
                log, tracing.beside(metrics), configured, configured::slowConsumer, EventLoops::endOfTurn, clock);
    }

    /** At once, so that what it counts is shown before the first connection. */
    @Produces
    @Singleton
    @io.quarkus.runtime.Startup
    Admission admission(LimitsConfig limits, Metrics metrics) {
        Admission admission = new Admission(limits.connections(), limits.connectionsPerSubject());
        metrics.show(admission);
        return admission;
    }

    @Produces
    @Singleton
    Commands commands(
            Cluster cluster,
            Intake intake,
            ChannelsConfig channels,
            LimitsConfig limits,
            Metrics metrics,
            Clock clock) {
        Audit audit = new Audit(intake::submit, new ConfiguredChannels(channels)::commandAudit);
        CommandSettings settings = new CommandSettings(
                limits.handlersPerConnection(), limits.commandsPerCaller(), limits.commandsPerHandler());
        Commands commands = new Commands(cluster, audit, settings, metrics, new EventIds(clock));
        metrics.show(commands);
        return commands;
    }

    void close(@Disposes Commands commands) {
        commands.close();
    }

    @Produces
    @Singleton
    ConfiguredHandlers configuredHandlers(CommandsConfig config, Commands commands, Clock clock) {
        return new ConfiguredHandlers(config, commands, clock);
    }

    void close(@Disposes ConfiguredHandlers handlers) {
        handlers.close();
    }

    @Produces
    @Singleton
    Services services(
            EventLog log,
            Intake intake,
            TokenVerifier verifier,
            CursorSeal cursors,
            Admission admission,
            PresencePolicy presence,
            Commands commands,
            OpenConnections live,
            Acknowledgements acknowledgements,
            SessionSettings settings,
            Metrics metrics,
            Clock clock) {
        return new Services(
                log,
                intake,
                verifier,
                cursors,
                admission,
                presence,
                commands,
                live,
                acknowledgements,
                settings,
                metrics,
                clock);
    }

    @Produces
    @Singleton
    OpenConnections openConnections(Revocations revocations, Metrics metrics) {
        OpenConnections live = new OpenConnections(revocations, Thread::startVirtualThread);
        metrics.show(live);
        return live;
    }

    @Produces
    @Singleton
    Audience audience(Cluster cluster, Hub hub) {
        return new Audience(cluster, hub::subscribers, Thread::startVirtualThread);
    }

    @Produces
    @Singleton
    Connections connections(Cluster cluster, OpenConnections live) {
        return new Connections(cluster, live, Thread::startVirtualThread);
    }

    @Produces
    @Singleton
    RevocationLog revocationLog(
            EventLog log, Intake intake, Revocations revocations, OpenConnections live, Clock clock) {
        return new RevocationLog(log, intake, revocations, live, clock, Canary.TENANT, Thread::startVirtualThread);
    }

    @Produces
    @Singleton
    CursorSeal cursorSeal() {
        return new CursorSeal();
    }

    @Produces
    @Singleton
    IntakeSettings intakeSettings(LimitsConfig limits, ChannelsConfig channels) {
        return new IntakeSettings(Math.toIntExact(limits.messageSize().asLongValue()), NamespaceRules.read(channels));
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
                limits.durablePerSubject(),
                auth.authenticateWithin(),
                connections.heartbeat());
    }

    @Produces
    @Singleton
    Pollers pollers(
            PollersConfig config,
            LogConfig logConfig,
            EventLog log,
            Intake intake,
            MeterRegistry meters,
            Clock clock,
            RedisAccess redis) {
        Function<String, Lease> leases = LogConfig.Backend.of(logConfig) == LogConfig.Backend.REDIS
                ? resource -> RedisLease.open(redis.client(), resource, RedisLease.Timing.DEFAULT)
                : resource -> Lease.ALWAYS;
        return new Pollers(config, log, intake::submit, leases, meters, clock);
    }

    @Produces
    @Singleton
    Freshness freshness(ChannelsConfig channels, EventLog log, Intake intake, Clock clock) {
        return new Freshness(new ConfiguredChannels(channels), log, intake::submit, clock);
    }

    void close(@Disposes Freshness freshness) {
        freshness.close();
    }

    @Produces
    @Singleton
    Canary canary(Intake intake, EventLog log, Hub hub, Vertx vertx, MeterRegistry meters) {
        return new Canary(intake, log, hub, ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop(), meters);
    }
}
