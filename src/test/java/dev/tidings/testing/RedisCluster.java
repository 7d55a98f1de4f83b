package dev.tidings.testing;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A Redis Cluster of three nodes without replicas, each with a third of the slots. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = nodes;
    }

    /** Skips the test where no Redis is installed. */
    public static RedisCluster start() {
        RedisCluster cluster = new RedisCluster(IntStream.range(0, NODES)
                .mapToObj(node -> RedisServer.startNode())
                .toList());
        cluster.join();
        return cluster;
    }

    private void join() {
        for (int i = 0; i < NODES; i++) {
            RedisServer node = nodes.get(i);
            String from = Integer.toString(SLOTS * i / NODES);
            String to = Integer.toString(SLOTS * (i + 1) / NODES - 1);
            node.run("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            node.run("CLUSTER", "ADDSLOTSRANGE", from, to);
            for (RedisServer other : nodes.subList(0, i)) {
                node.run("CLUSTER", "MEET", "127.0.0.1", port(other), busPort(other));
            }
        }
        awaitReady();
    }

    /** Waits until every node can serve every slot. */
    public void awaitReady() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(20))
                .until(() -> nodes.stream()
                        .map(node -> node.run("CLUSTER", "INFO"))
                        .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_size:" + NODES)));
    }

    public List<RedisServer> nodes() {
        return nodes;
    }

    public RedisOptions options() {
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER);
        nodes.forEach(node -> options.addConnectionString("redis://127.0.0.1:" + node.port()));
        return options;
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    private static String port(RedisServer node) {
        return Integer.toString(node.port());
    }

    private static String busPort(RedisServer node) {
        return node.run("CONFIG", "GET", "cluster-port").split("\r\n", -1)[4];
    }
}
