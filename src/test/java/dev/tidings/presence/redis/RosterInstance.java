package dev.tidings.presence.redis;

import dev.tidings.log.TestLog;
import dev.tidings.log.redis.RedisSettings;
import dev.tidings.presence.RosterRecorder;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;

/** One of several instances: a roster with a Vert.x of its own, and what it told. */
record RosterInstance(Vertx vertx, RedisRoster roster, RosterRecorder heard) implements AutoCloseable {
    /** Quick enough for a test to wait for. */
    static final Timing TIMING = new Timing(Duration.ofMillis(1200), Duration.ofMillis(200), Duration.ofSeconds(2));

    static RosterInstance open(RedisOptions options, String prefix, Timing timing) {
        Vertx vertx = Vertx.vertx();
        RedisSettings settings = new RedisSettings(prefix, 4, 1000, timing.timeout());
        RedisRoster roster = new RedisRoster(vertx, options, settings, timing);
        TestLog.get(roster.open());
        return new RosterInstance(vertx, roster, RosterRecorder.of(roster));
    }

    static RosterInstance open(RedisOptions options) {
        return open(options, "tidings", TIMING);
    }

    /** Ends it without any warning to the others. */
    void kill() {
        TestLog.get(vertx.close().toCompletionStage());
    }

    @Override
    public void close() {
        roster.close();
        kill();
    }
}
