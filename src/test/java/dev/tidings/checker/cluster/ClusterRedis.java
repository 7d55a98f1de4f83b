package dev.tidings.checker.cluster;

import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A Redis Cluster, over whose nodes the shards are spread and between which they can be moved. */
public final class ClusterRedis implements Store {
    private static final int MOST_KEYS = 10_000;
    private final RedisCluster cluster = RedisCluster.start();

    /** By shard the node that has it. */
    private final List<RedisServer> owners = new ArrayList<>();

    private final List<String> slots = new ArrayList<>();

    /** @param shards how many shards the log has */
    public ClusterRedis(int shards) {
        List<RedisServer> nodes = cluster.nodes();
        for (int shard = 0; shard < shards; shard++) {
            String slot = number(nodes.getFirst().run("CLUSTER", "KEYSLOT", "tidings:{s" + shard + "}:shard"));
            slots.add(slot);
            owners.add(nodes.get(Math.min(nodes.size() - 1, Integer.parseInt(slot) * nodes.size() / 16_384)));
        }
    }

    public List<RedisServer> nodes() {
        return cluster.nodes();
    }

    public int shards() {
        return slots.size();
    }

    /** Moves a shard to the next node, as an operator does who makes room. */
    public synchronized void move(int shard) {
        RedisServer from = owners.get(shard);
        RedisServer to = nodes().get((nodes().indexOf(from) + 1) % nodes().size());
        String slot = slots.get(shard);
        to.run("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        from.run("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        for (int moved = 0; moved < MOST_KEYS; moved++) {
            List<String> keys = texts(from.run("CLUSTER", "GETKEYSINSLOT", slot, "1"));
            if (keys.isEmpty()) {
                break;
            }
            from.run("MIGRATE", "127.0.0.1", Integer.toString(to.port()), keys.getFirst(), "0", "5000");
        }
        String owner = id(to);
        to.run("CLUSTER", "SETSLOT", slot, "NODE", owner);
        nodes().forEach(node -> node.run("CLUSTER", "SETSLOT", slot, "NODE", owner));
        owners.set(shard, to);
    }

    private static String id(RedisServer node) {
        return texts(node.run("CLUSTER", "MYID")).getFirst();
    }

    private static String number(String answer) {
        return answer.substring(1, answer.indexOf("\r\n"));
    }

    /** The texts in an answer: every line that follows one with a length. */
    private static List<String> texts(String answer) {
        List<String> texts = new ArrayList<>();
        String[] lines = answer.split("\r\n", -1);
        for (int i = 0; i + 1 < lines.length; i++) {
            if (lines[i].startsWith("$")) {
                texts.add(lines[++i]);
            }
        }
        return texts;
    }

    @Override
    public Map<String, String> settings(int instance) {
        String hosts =
                nodes().stream().map(node -> "redis://127.0.0.1:" + node.port()).collect(Collectors.joining(","));
        return Map.of(
                "tidings.log.backend",
                "redis",
                "quarkus.redis.hosts",
                hosts,
                "quarkus.redis.client-type",
                "cluster",
                "tidings.log.shards",
                Integer.toString(slots.size()));
    }

    @Override
    public List<Link> links() {
        return List.of();
    }

    @Override
    public boolean isElsewhere() {
        return true;
    }

    @Override
    public boolean endsWithTheInstance() {
        return false;
    }

    @Override
    public void awaitWhole() {
        cluster.awaitReady();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
