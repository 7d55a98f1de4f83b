package dev.tidings.log.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.log.DurablePositionsContract;
import dev.tidings.log.EventLog;
import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with a cluster of three nodes, over which the shards are spread. */
class RedisClusterPositionsTest extends DurablePositionsContract {
    private static RedisCluster cluster;
    private static Vertx vertx;
    private static int logs;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        cluster = RedisCluster.start();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            TestLog.get(vertx.close().toCompletionStage());
            cluster.close();
        }
    }

    @Override
    protected EventLog open(Clock clock) {
        logs++;
        return openAnother(clock);
    }

    @Override
    protected EventLog openAnother(Clock clock) {
        RedisSettings settings = new RedisSettings("test" + logs, 4, 1000, Duration.ofSeconds(2));
        RedisEventLog log =
                new RedisEventLog(vertx, cluster.options(), settings, namespace -> Retention.DEFAULT, clock);
        TestLog.get(log.open());
        return log;
    }
}
