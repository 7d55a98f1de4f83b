package dev.tidings.log.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.log.EventLog;
import dev.tidings.log.EventLogContract;
import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with one Redis; each test has a log, and so a prefix, of its own in it. */
class RedisEventLogTest extends EventLogContract {
    private static RedisServer redis;
    private static Vertx first;
    private static Vertx second;
    private static int logs;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        redis = RedisServer.start();
        first = Vertx.vertx();
        second = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            TestLog.get(first.close().toCompletionStage());
            TestLog.get(second.close().toCompletionStage());
            redis.close();
        }
    }

    @Override
    protected EventLog open(Retention.Policy retention, Clock clock) {
        logs++;
        return open(first, retention, clock);
    }

    @Override
    protected EventLog openAnother(Retention.Policy retention, Clock clock) {
        return open(second, retention, clock);
    }

    private static EventLog open(Vertx vertx, Retention.Policy retention, Clock clock) {
        RedisSettings settings = new RedisSettings("test" + logs, 4, 100_000, Duration.ofSeconds(2));
        RedisEventLog log = new RedisEventLog(vertx, redis.options(), settings, retention, clock);
        TestLog.get(log.open());
        return log;
    }
}
