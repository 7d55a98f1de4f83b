package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A client that is present in channels. */
public final class PresenceClient implements AutoCloseable {
    private final WsClient client;

    private PresenceClient(WsClient client) {
        this.client = client;
    }

    public static PresenceClient connect(TidingsServer server, String token) {
        return new PresenceClient(WsClient.connect(server, token));
    }

    public WsClient client() {
        return client;
    }

    /** The connection's id, as others see it. */
    public String connection() {
        return client.connection();
    }

    /** Subscribes, and is present from then on. */
    public void enter(String channel) {
        client.subscribe(channel, "{\"presence\":true}");
    }

    public void leave(String channel) {
        JsonNode reply =
                client.ask("{\"type\":\"unsubscribe\",\"id\":\"u-" + channel + "\",\"channel\":\"" + channel + "\"}");
        assertThat(reply.path("type").asText()).isEqualTo("unsubscribed");
    }

    /** Asks who is present. */
    public JsonNode members(String channel, String payload) {
        JsonNode reply = client.ask(question(channel, payload));
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("presence");
        return reply.path("payload");
    }

    /** The question, whatever the answer. */
    public static String question(String channel, String payload) {
        return "{\"type\":\"presence\",\"id\":\"who\",\"channel\":\"" + channel + "\",\"payload\":" + payload + "}";
    }

    /** The next message, which says that somebody has come. */
    public JsonNode expectJoined(String channel, PresenceClient who) {
        return expect("joined", channel, who);
    }

    /** The next message, which says that somebody has gone. */
    public JsonNode expectLeft(String channel, PresenceClient who) {
        return expect("left", channel, who);
    }

    private JsonNode expect(String type, String channel, PresenceClient who) {
        JsonNode message = client.expect(type);
        assertThat(message.path("channel").asText()).isEqualTo(channel);
        assertThat(message.at("/payload/connection").asText()).isEqualTo(who.connection());
        return message;
    }

    /** What else it is told of what happened before now, for a client that is present: its question is answered after that. */
    public List<JsonNode> rest(String channel) {
        members(channel, "{}");
        return client.heard();
    }

    /** As pulling its plug. */
    public void disconnect() {
        client.socket().abort();
    }

    @Override
    public void close() {
        client.close();
    }
}
