package dev.tidings.dialect.devices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.protocol.EventForm;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Changes of states as panels know them; of other events they are not told. */
@Singleton
class DeviceUpdates extends EventForm {
    /** What the ids of events begin with that come of somebody's controlling a device. */
    private static final String CONTROLLED = "control-";

    private final KnownTypes types;

    DeviceUpdates(KnownTypes types) {
        this.types = types;
    }

    @Override
    protected byte @Nullable [] encode(Event event) {
        JsonNode payload = event.payload().tree();
        JsonNode previous = payload.path("previous");
        JsonNode next;
        switch (event.type()) {
            case Event.STATE_CHANGED -> {
                next = payload.path("patch");
                types.learn(event.key(), next);
            }
            case Event.STATE_DELETED -> next = nothingLeftOf(previous);
            default -> {
                return null;
            }
        }
        if (!previous.isObject() || !next.isObject()) {
            return null;
        }
        String device = event.channel().id();
        ObjectNode message = DeviceWords.about("device_update", device);
        message.putObject("data")
                .put("device_id", device)
                .put("device_type", types.of(event.key()))
                .put("changed", true)
                .put("action", event.id().startsWith(CONTROLLED) ? "device_control" : event.type())
                .setAll(states(previous, next));
        if (event.type().equals(Event.STATE_DELETED)) {
            types.forget(event.key());
        }
        return Json.of(DeviceWords.at(event.timestamp(), message)).utf8();
    }

    private static ObjectNode states(JsonNode previous, JsonNode next) {
        ObjectNode states = JsonNodeFactory.instance.objectNode();
        states.set("previous_state", previous);
        states.set("new_state", next);
        return states;
    }

    /** As in any change, a member that is gone is null. */
    private static ObjectNode nothingLeftOf(JsonNode previous) {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        previous.fieldNames().forEachRemaining(nothing::putNull);
        return nothing;
    }
}
