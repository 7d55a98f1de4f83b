package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a client hears, kept: a test can wait for an event, and look at all there were. */
public final class Events {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final WsClient client;
    private final List<JsonNode> heard = new ArrayList<>();

    private Events(WsClient client) {
        this.client = client;
    }

    /** Subscribes. */
    public static Events of(WsClient client, String target) {
        client.subscribe(target);
        return new Events(client);
    }

    /** The next event of this type in this channel; what came before it is kept. */
    public JsonNode await(String channel, String type) {
        return await(channel + ' ' + type, event -> isOf(event, channel, type));
    }

    /** The next event that is wanted; what came before it is kept. */
    public JsonNode await(String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int from = heard.size();
        while (System.nanoTime() < deadline) {
            JsonNode event = client.next();
            heard.add(event);
            if (wanted.test(event)) {
                return event;
            }
        }
        throw new AssertionError("no " + what + "; heard instead " + heard.subList(from, heard.size()));
    }

    /** The types of all that was heard of a channel up to now, in order. */
    public List<String> types(String channel) {
        List<JsonNode> waiting = client.heardSoFar();
        assertThat(waiting).allMatch(message -> message.path("type").asText().equals("message"));
        heard.addAll(waiting);
        return heard.stream()
                .filter(event -> event.path("channel").asText().equals(channel))
                .map(event -> event.path("event").asText())
                .toList();
    }

    /** Everything heard that a test has waited for or asked about. */
    public List<JsonNode> heard() {
        return List.copyOf(heard);
    }

    public static boolean isOf(JsonNode event, String channel, String type) {
        return event.path("channel").asText().equals(channel)
                && event.path("event").asText().equals(type);
    }
}
