package dev.tidings.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.event.Position;
import dev.tidings.log.EventLog;
import dev.tidings.log.EventLogContract;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Recorder;
import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract with a cluster of three nodes, over which the shards are spread. */
class RedisClusterTest extends EventLogContract {
    private static RedisCluster cluster;
    private static Vertx first;
    private static Vertx second;
    private static int logs;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        cluster = RedisCluster.start();
        first = Vertx.vertx();
        second = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            TestLog.get(first.close().toCompletionStage());
            TestLog.get(second.close().toCompletionStage());
            cluster.close();
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
        RedisEventLog log = new RedisEventLog(vertx, cluster.options(), settings, retention, clock);
        TestLog.get(log.open());
        return log;
    }

    @Test
    void aNodeThatComesBackWithItsDataLosesNothing() {
        Recorder recorder = new Recorder();
        other.log().follow(recorder);
        Position before = log.fill(ROOM, 5);
        recorder.awaitCount(5);
        cluster.nodes().forEach(node -> {
            node.kill();
            node.restart();
        });
        cluster.awaitReady();
        Awaitility.await()
                .ignoreException(LogUnavailable.class)
                .atMost(Duration.ofSeconds(15))
                .until(() -> log.fill(ROOM, 1), position -> true);
        assertThat(log.head(ROOM).newest()).isEqualTo(new Position(before.epoch(), 6));
        recorder.awaitCount(6).assertContiguous(log.log());
        assertThat(recorder.lost()).isEmpty();
    }
}
