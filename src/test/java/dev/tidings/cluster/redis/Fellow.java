package dev.tidings.cluster.redis;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.log.TestLog;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** One of several instances, with a Vert.x of its own, and what it has heard. */
record Fellow(Vertx vertx, StreamCluster cluster, List<String> heard, List<String> watched) implements AutoCloseable {
    /** Quick enough for a test to wait for. */
    private static final Timing TIMING =
            new Timing(Duration.ofMillis(1500), Duration.ofMillis(200), Duration.ofSeconds(2));

    static final String TOPIC = "news";

    static Fellow open(RedisOptions options, String prefix) {
        Vertx vertx = Vertx.vertx();
        StreamCluster cluster = new StreamCluster(vertx, options, prefix, TIMING);
        Fellow fellow = new Fellow(vertx, cluster, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        cluster.listen(TOPIC, (from, note) -> fellow.heard.add(note.path("text").asText()));
        cluster.watch(new Cluster.Watcher() {
            @Override
            public void joined(String instance) {
                fellow.watched.add("+" + instance);
            }

            @Override
            public void left(String instance) {
                fellow.watched.add("-" + instance);
            }
        });
        TestLog.get(cluster.open());
        return fellow;
    }

    String name() {
        return cluster.self();
    }

    void tellAll(String text) {
        TestLog.get(cluster.tellAll(TOPIC, note(text)));
    }

    void tell(Fellow other, String text) {
        TestLog.get(cluster.tell(other.name(), TOPIC, note(text)));
    }

    static ObjectNode note(String text) {
        return JsonNodeFactory.instance.objectNode().put("text", text);
    }

    void awaitHeard(int count) {
        Awaitility.await().until(() -> heard.size() >= count);
    }

    void awaitOthers(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.instances().size() == count + 1);
    }

    /** Ends it without any warning to the others. */
    void kill() {
        TestLog.get(vertx.close().toCompletionStage());
    }

    @Override
    public void close() {
        cluster.close();
        kill();
    }
}
