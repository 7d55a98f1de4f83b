package dev.tidings;

import dev.tidings.log.LogConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows whether Redis has room for the log, as Redis itself says. Not of a cluster: its nodes each have numbers of their own,
 * and whichever is asked answers with its own.
 */
@Singleton
class RedisMeters {
    private static final long REFRESH_MS = 5_000;

    private final LogConfig config;
    private final RedisAccess redis;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private volatile Report last = new Report(Double.NaN, Double.NaN, 0);

    /** @param maxBytes 0 where there is no bound */
    record Report(double usedBytes, double maxBytes, double evictedKeys) {
        /** Reads what {@code INFO} answers; null when it is something else. */
        static @Nullable Report of(String info) {
            Optional<Double> used = number(info, "used_memory");
            Optional<Double> max = number(info, "maxmemory");
            Optional<Double> evicted = number(info, "evicted_keys");
            return used.isEmpty() || max.isEmpty() || evicted.isEmpty()
                    ? null
                    : new Report(used.get(), max.get(), evicted.get());
        }

        private static Optional<Double> number(String info, String name) {
            return info.lines()
                    .filter(line -> line.startsWith(name + ':'))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .filter(text -> !text.isEmpty() && text.chars().allMatch(Character::isDigit))
                    .map(Double::valueOf)
                    .findFirst();
        }
    }

    RedisMeters(LogConfig config, RedisAccess redis, Vertx vertx, MeterRegistry registry) {
        this.config = config;
        this.redis = redis;
        this.vertx = vertx;
        this.registry = registry;
    }

    /** Once the settings are known to work. */
    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        if (LogConfig.Backend.of(config) != LogConfig.Backend.REDIS
                || redis.options().getType() == RedisClientType.CLUSTER) {
            return;
        }
        Gauge.builder("tidings.redis.memory.used", () -> last.usedBytes())
                .description("What Redis uses")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("tidings.redis.memory.max", () -> last.maxBytes())
                .description("What Redis may use; 0 where there is no bound")
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder("tidings.redis.evicted.keys", this, meters -> meters.last.evictedKeys())
                .description("Keys that Redis has thrown away to make room")
                .register(registry);
        ask();
        vertx.setPeriodic(REFRESH_MS, due -> ask());
    }

    /** When Redis cannot be reached, what is known stays; that it cannot is told elsewhere. */
    private void ask() {
        var unused = redis.client().send(Request.cmd(Command.INFO)).onSuccess(this::told);
    }

    private void told(@Nullable Response info) {
        Report report = info == null ? null : Report.of(info.toString());
        if (report != null) {
            last = report;
        }
    }
}
