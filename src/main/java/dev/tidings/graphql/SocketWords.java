package dev.tidings.graphql;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.protocol.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a client is told by {@code graphql-transport-ws}. */
final class SocketWords {
    private SocketWords() {}

    static Frames ack(ObjectNode payload) {
        return frames(ofType("connection_ack").set("payload", payload));
    }

    /** @param payload the ping's; not an object when it has none */
    static Frames pong(JsonNode payload) {
        ObjectNode pong = ofType("pong");
        if (payload.isObject()) {
            pong.set("payload", payload);
        }
        return frames(pong);
    }

    static Frames next(String id, JsonNode result) {
        return frames(ofOperation("next", id).set("payload", result));
    }

    /** An operation has failed, and is over. */
    static Frames error(String id, List<ObjectNode> errors) {
        ObjectNode error = ofOperation("error", id);
        error.putArray("payload").addAll(errors);
        return frames(error);
    }

    static Frames complete(String id) {
        return frames(ofOperation("complete", id));
    }

    /** What a {@code next} of an operation has before its payload; after it comes a brace. */
    static byte[] beforeNext(String id) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(id));
        return ("{\"id\":\"" + quoted + "\",\"type\":\"next\",\"payload\":").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode ofOperation(String type, String id) {
        return JsonNodeFactory.instance.objectNode().put("id", id).put("type", type);
    }

    private static ObjectNode ofType(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static Frames frames(JsonNode message) {
        return Frames.of(Json.of(message).utf8());
    }
}
