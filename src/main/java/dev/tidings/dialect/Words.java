package dev.tidings.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.Frames;
import org.jspecify.annotations.Nullable;

/** A client's message in a dialect whose messages are JSON objects: its members, as far as they are what they should be. */
public final class Words {
    private final JsonNode message;

    private Words(JsonNode message) {
        this.message = message;
    }

    /** @throws Invalid when the text is not one JSON object */
    public static Words of(String text) {
        JsonNode message = Json.parse(text).tree();
        if (!message.isObject()) {
            throw new Invalid(Invalid.What.MESSAGE, "a message is a JSON object with an action");
        }
        return new Words(message);
    }

    /** What the client wants done; empty when it does not say. */
    public String action() {
        String action = text("action");
        return action == null ? "" : action;
    }

    /** A member that is a string; null when it is absent or something else. */
    public @Nullable String text(String name) {
        JsonNode value = message.path(name);
        return value.isTextual() ? value.textValue() : null;
    }

    /** What the server says, to be completed. */
    public static ObjectNode ofType(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /** As it is sent. */
    public static Frames frames(ObjectNode message) {
        return Frames.of(Json.of(message).utf8());
    }
}
