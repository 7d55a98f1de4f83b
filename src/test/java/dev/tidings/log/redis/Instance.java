package dev.tidings.log.redis;

import dev.tidings.log.Recorder;
import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Clock;
import java.time.Duration;

/** One of several instances: a log with a Vert.x of its own, and what its follower heard. */
record Instance(Vertx vertx, RedisEventLog log, TestLog calls, Recorder recorder) implements AutoCloseable {
    /** Shards short enough to be trimmed by a test. */
    static final RedisSettings SETTINGS = new RedisSettings("tidings", 4, 1000, Duration.ofSeconds(2));

    /** Opens one without waiting for Redis. */
    static Instance launch(RedisOptions options) {
        Vertx vertx = Vertx.vertx();
        RedisEventLog log =
                new RedisEventLog(vertx, options, SETTINGS, namespace -> Retention.DEFAULT, Clock.systemUTC());
        return new Instance(vertx, log, new TestLog(log, Clock.systemUTC()), new Recorder());
    }

    /** Opens one and waits until it is connected. */
    static Instance open(RedisOptions options) {
        Instance instance = launch(options);
        TestLog.get(instance.log.open());
        instance.log.follow(instance.recorder);
        return instance;
    }

    @Override
    public void close() {
        log.close();
        TestLog.get(vertx.close().toCompletionStage());
    }
}
