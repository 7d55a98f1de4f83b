package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Event;
import dev.tidings.event.State;
import dev.tidings.protocol.ServerMessage;

/** Objects as the schema has them, with all their fields. */
final class Updates {
    private Updates() {}

    static ObjectNode event(Event event) {
        ObjectNode node = object().put("channel", event.channel().name())
                .put("event", event.type())
                .put("id", event.id())
                .put("epoch", event.position().epoch())
                .put("offset", event.offset())
                .put("timestamp", event.timestamp())
                .put("cause", event.cause());
        return node.set("payload", event.payload().tree());
    }

    static ObjectNode subscribed(ServerMessage.Subscribed message) {
        ObjectNode node = object().put("channel", message.channel().name())
                .put("epoch", message.newest().epoch())
                .put("offset", message.newest().offset())
                .put("recovered", message.recovered())
                .put("replayed", message.replayed());
        State state = message.state();
        return state == null ? node : node.set("state", state(object(), state));
    }

    static ObjectNode subscribed(ServerMessage.PatternSubscribed message) {
        return object().put("channel", message.pattern().text())
                .put("cursor", message.cursor().toString())
                .put("recovered", message.recovered())
                .put("replayed", message.replayed());
    }

    static ObjectNode gap(ServerMessage.Gap message) {
        return object().put("channel", message.channel().name())
                .put("from", message.from())
                .put("to", message.to());
    }

    static ObjectNode state(ServerMessage.ChannelState each) {
        return state(object().put("channel", each.channel().name()), each.state());
    }

    private static ObjectNode state(ObjectNode into, State state) {
        into.put("epoch", state.position().epoch())
                .put("offset", state.position().offset())
                .put("timestamp", state.timestamp());
        return into.set("data", state.data().tree());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
