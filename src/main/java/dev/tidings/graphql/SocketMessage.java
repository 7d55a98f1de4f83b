package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;

/** What a client says by {@code graphql-transport-ws}. */
sealed interface SocketMessage {
    /** How long an operation's id may be: it goes with each of its events. */
    int MAX_ID = 128;

    /** The first message. */
    record Init(JsonNode payload) implements SocketMessage {}

    record Ping(JsonNode payload) implements SocketMessage {}

    record Pong() implements SocketMessage {}

    /** Begin an operation. */
    record Subscribe(String id, GraphQlRequest request) implements SocketMessage {}

    /** End an operation. */
    record Complete(String id) implements SocketMessage {}

    /** @throws Invalid when it is nothing of these */
    static SocketMessage read(String text) {
        JsonNode message = Json.parse(text).tree();
        require(message.isObject() && message.path("type").isTextual(), "a message is a JSON object with a type");
        JsonNode payload = message.path("payload");
        return switch (message.path("type").textValue()) {
            case "connection_init" -> new Init(objectOrNothing(payload));
            case "ping" -> new Ping(objectOrNothing(payload));
            case "pong" -> {
                objectOrNothing(payload);
                yield new Pong();
            }
            case "subscribe" -> new Subscribe(id(message), GraphQlRequest.read(payload));
            case "complete" -> new Complete(id(message));
            default ->
                throw new Invalid(Invalid.What.MESSAGE, "type is one of connection_init ping pong subscribe complete");
        };
    }

    private static JsonNode objectOrNothing(JsonNode payload) {
        require(payload.isMissingNode() || payload.isNull() || payload.isObject(), "payload is an object");
        return payload;
    }

    private static String id(JsonNode message) {
        JsonNode id = message.path("id");
        require(
                id.isTextual() && !id.textValue().isEmpty() && id.textValue().length() <= MAX_ID,
                "id is a string of 1 to " + MAX_ID + " characters");
        return id.textValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Invalid(Invalid.What.MESSAGE, otherwise);
        }
    }
}
