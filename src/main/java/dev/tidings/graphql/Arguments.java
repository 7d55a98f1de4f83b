package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ClientMessageReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A field's arguments, made into the message that a client of Tidings' own protocol would send: what holds there holds here. */
final class Arguments {
    private final JsonNode arguments;

    Arguments(Map<String, Object> arguments) {
        this.arguments = Values.tree(arguments);
    }

    /** @throws CallRefused when something of it is not allowed */
    ClientMessage.Subscribe subscribe() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        copy(arguments, List.of("since", "state"), payload);
        ObjectNode filter = payload.putObject("filter");
        copy(arguments, List.of("events"), filter);
        JsonNode where = said(arguments.path("where"));
        if (where != null) {
            filter.set("where", where);
        }
        return (ClientMessage.Subscribe) read(envelope("subscribe").set("payload", payload));
    }

    /** @throws CallRefused when something of it is not allowed */
    ClientMessage.History history() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        copy(arguments, List.of("since", "before", "events", "limit", "reverse"), payload);
        return (ClientMessage.History) read(envelope("history").set("payload", payload));
    }

    /** @throws CallRefused when something of it is not allowed */
    ClientMessage.State states() {
        return (ClientMessage.State) read(envelope("state"));
    }

    /** @throws CallRefused when something of it is not allowed */
    ClientMessage.Publish publish() {
        ObjectNode envelope = envelope("publish");
        copy(arguments, List.of("event", "cause"), envelope);
        if (arguments.has("payload")) {
            envelope.set("payload", arguments.get("payload"));
        }
        JsonNode id = arguments.path("eventId");
        if (id.isTextual()) {
            envelope.set("event_id", id);
        }
        return (ClientMessage.Publish) read(envelope);
    }

    private ObjectNode envelope(String type) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode().put("type", type);
        copy(arguments, List.of("channel"), envelope);
        return envelope;
    }

    private static void copy(JsonNode from, List<String> names, ObjectNode to) {
        for (String name : names) {
            JsonNode value = said(from.path(name));
            if (value != null) {
                to.set(name, value);
            }
        }
    }

    /** To say null is to say nothing in GraphQL's input objects, but for the value that a condition compares with. */
    private static @Nullable JsonNode said(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            ObjectNode said = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(each -> {
                JsonNode member = each.getKey().equals("value") ? each.getValue() : said(each.getValue());
                if (member != null) {
                    said.set(each.getKey(), member);
                }
            });
            return said;
        }
        if (value.isArray()) {
            var list = JsonNodeFactory.instance.arrayNode();
            value.forEach(each -> {
                JsonNode member = said(each);
                if (member != null) {
                    list.add(member);
                }
            });
            return list;
        }
        return value;
    }

    private static ClientMessage read(JsonNode envelope) {
        try {
            return ClientMessageReader.read(Json.of(envelope).toString());
        } catch (BadMessage bad) {
            throw new CallRefused(bad.refusal());
        }
    }
}
