package dev.tidings.checker.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An event's type and payload in one text, with a space between. */
public final class Payloads {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Payloads() {}

    /** The text of an event. */
    public static String text(String type, JsonNode payload) {
        return type + ' ' + payload;
    }

    static String type(String text) {
        return text.substring(0, text.indexOf(' '));
    }

    static JsonNode payload(String text) {
        return parse(text.substring(text.indexOf(' ') + 1));
    }

    /** Reads JSON that has to be good. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** Whether an event came as it was sent; a change of state comes with what it replaces, which nobody sent. */
    static boolean same(String sent, String heard) {
        if (sent.equals(heard)) {
            return true;
        }
        if (!type(sent).equals(type(heard))) {
            return false;
        }
        JsonNode came = payload(heard);
        if (came instanceof ObjectNode fields && type(sent).startsWith("state.")) {
            fields.remove("previous");
        }
        return payload(sent).equals(came);
    }
}
