package dev.tidings.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into an event as if it were the JSON object it is on the wire. */
public final class EventFields {
    /** What an event has as it is on the wire, some only where there is something to say. */
    public static final List<String> NAMES =
            List.of("payload", "event", "channel", "id", "offset", "timestamp", "type", "cause");

    private EventFields() {}

    /** The value at a pointer, or null where there is none. */
    public static @Nullable JsonNode at(Event event, JsonPointer pointer) {
        JsonNode root = member(event, pointer.getMatchingProperty());
        JsonPointer rest = pointer.tail();
        if (root == null || rest == null) {
            return null;
        }
        JsonNode found = root.at(rest);
        return found.isMissingNode() ? null : found;
    }

    /** A member of the event as it is on the wire, or null where it has none of that name. */
    public static @Nullable JsonNode member(Event event, String name) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (name) {
            case "payload" -> event.payload().tree();
            case "event" -> json.textNode(event.type());
            case "channel" -> json.textNode(event.channel().name());
            case "id" -> json.textNode(event.id());
            case "offset" -> json.numberNode(event.offset());
            case "timestamp" -> json.numberNode(event.timestamp());
            case "type" -> json.textNode("message");
            case "cause" -> event.cause() == null ? null : json.textNode(event.cause());
            default -> null;
        };
    }
}
