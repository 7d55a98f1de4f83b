package dev.tidings.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.event.Position;
import dev.tidings.log.DurablePositionsContract;
import dev.tidings.log.EventLog;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract with one Redis. */
class RedisPositionsTest extends DurablePositionsContract {
    private static RedisServer redis;
    private static Vertx vertx;
    private static int logs;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        redis = RedisServer.start();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            TestLog.get(vertx.close().toCompletionStage());
            redis.close();
        }
    }

    @Override
    protected EventLog open(Clock clock) {
        logs++;
        return openAnother(clock);
    }

    @Test
    void aQuietChannelKeepsItsNumberingForWhoMayComeBack() {
        TestLog calls = new TestLog(log, clock);
        String key = "test" + logs + ":{s" + log.shardOf(NAME.channel()) + "}:meta:acme:jobs:1";
        Position never = calls.head(NAME.channel()).newest();
        assertThat(remembered(key)).isLessThan(Duration.ofDays(1));
        TestLog.get(positions.begin(NAME, never));
        assertThat(remembered(key)).isGreaterThan(Duration.ofDays(7));
        assertThat(calls.head(NAME.channel()).newest()).isEqualTo(never);
        assertThat(remembered(key)).isGreaterThan(Duration.ofDays(7));
        Position newest = calls.fill(NAME.channel(), 3);
        assertThat(remembered(key)).isGreaterThan(Duration.ofDays(7));
        TestLog.get(positions.acknowledge(Map.of(NAME, newest)));
        calls.read(NAME.channel(), new Since.Beginning());
        assertThat(remembered(key)).isGreaterThan(Duration.ofDays(7));
    }

    private static Duration remembered(String key) {
        return Duration.ofMillis(Long.parseLong(redis.run("PTTL", key).strip().substring(1)));
    }

    @Override
    protected EventLog openAnother(Clock clock) {
        RedisSettings settings = new RedisSettings("test" + logs, 4, 1000, Duration.ofSeconds(2));
        RedisEventLog log = new RedisEventLog(vertx, redis.options(), settings, namespace -> Retention.DEFAULT, clock);
        TestLog.get(log.open());
        return log;
    }
}
