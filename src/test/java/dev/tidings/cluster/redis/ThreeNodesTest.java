package dev.tidings.cluster.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisServer;
import io.vertx.redis.client.RedisOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with a Redis Cluster. */
class ThreeNodesTest extends ClusterContract {
    private static RedisCluster nodes;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        nodes = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Override
    RedisOptions options() {
        return nodes.options();
    }
}
