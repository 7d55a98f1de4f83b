package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An event that a publisher is about to publish, with an id of its own making. */
record Draft(String tenant, String channel, String id, String event, JsonNode payload) {
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("channel", channel)
                .put("event", event)
                .put("event_id", id);
        json.set("payload", payload);
        return json;
    }
}
