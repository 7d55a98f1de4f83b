package dev.tidings.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** How many connections are subscribed to channels, on all instances. Safe on any thread. */
public final class Audience {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final ToIntFunction<ChannelKey> here;
    private final Inquiry inquiry;

    /**
     * @param here how many on this instance
     * @param executor answers other instances
     */
    public Audience(Cluster cluster, ToIntFunction<ChannelKey> here, Executor executor) {
        this.cluster = cluster;
        this.here = here;
        this.inquiry = new Inquiry(cluster, "audience", this::answer, PATIENCE, executor);
    }

    /**
     * A number for each channel, in their order. The stage completes within a second; those of an instance that does not answer are not
     * counted.
     */
    public CompletionStage<List<Integer>> count(String tenant, List<Channel> channels) {
        if (channels.isEmpty() || Set.of(cluster.self()).containsAll(cluster.instances())) {
            return CompletableFuture.completedStage(channels.stream()
                    .map(channel -> here.applyAsInt(new ChannelKey(tenant, channel)))
                    .toList());
        }
        ObjectNode question = JsonNodeFactory.instance.objectNode().put("tenant", tenant);
        ArrayNode names = question.putArray("channels");
        channels.forEach(channel -> names.add(channel.name()));
        return inquiry.ask(question)
                .thenApply(answers -> IntStream.range(0, channels.size())
                        .mapToObj(i -> answers.bodies().stream()
                                .mapToInt(body -> body.path("counts").path(i).asInt())
                                .sum())
                        .toList());
    }

    private ObjectNode answer(ObjectNode question) {
        String tenant = question.path("tenant").asText();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode counts = answer.putArray("counts");
        for (JsonNode name : question.path("channels")) {
            counts.add(here.applyAsInt(new ChannelKey(tenant, new Channel(name.asText()))));
        }
        return answer;
    }
}
