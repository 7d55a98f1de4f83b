package dev.tidings.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;

/**
 * How many connections a tenant has, on all instances: on this one as it is, on the others as it was a moment ago. The others
 * are asked once a second at most, however many want to know. Safe on any thread.
 */
public final class ConnectionCount {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int MAX_KNOWN = 1_000;

    private final Cluster cluster;
    private final ToIntFunction<String> here;
    private final Inquiry inquiry;
    private final Map<String, Elsewhere> byTenant = new ConcurrentHashMap<>();

    /** What the others answered, or are about to. */
    private record Elsewhere(long askedNanos, CompletionStage<Integer> count) {
        boolean isFresh() {
            return System.nanoTime() - askedNanos < FRESH_NANOS;
        }
    }

    /**
     * @param here how many connections a tenant has on this instance
     * @param executor answers other instances
     */
    public ConnectionCount(Cluster cluster, ToIntFunction<String> here, Executor executor) {
        this.cluster = cluster;
        this.here = here;
        this.inquiry = new Inquiry(cluster, "connection-count", this::answer, PATIENCE, executor);
    }

    /** The stage completes within half a second; those of an instance that does not answer are not counted. */
    public CompletionStage<Integer> count(String tenant) {
        if (Set.of(cluster.self()).containsAll(cluster.instances())) {
            return CompletableFuture.completedStage(here.applyAsInt(tenant));
        }
        if (byTenant.size() > MAX_KNOWN) {
            byTenant.values().removeIf(known -> !known.isFresh());
        }
        Elsewhere elsewhere =
                byTenant.compute(tenant, (same, known) -> known != null && known.isFresh() ? known : ask(tenant));
        return elsewhere.count().thenApply(count -> count + here.applyAsInt(tenant));
    }

    private Elsewhere ask(String tenant) {
        ObjectNode question =
                JsonNodeFactory.instance.objectNode().put("tenant", tenant).put("from", cluster.self());
        CompletionStage<Integer> count = inquiry.ask(question)
                .thenApply(answers -> answers.bodies().stream()
                        .mapToInt(body -> body.path("count").asInt())
                        .sum());
        return new Elsewhere(System.nanoTime(), count);
    }

    private ObjectNode answer(ObjectNode question) {
        boolean ours = question.path("from").asText().equals(cluster.self());
        int count = ours ? 0 : here.applyAsInt(question.path("tenant").asText());
        return JsonNodeFactory.instance.objectNode().put("count", count);
    }
}
