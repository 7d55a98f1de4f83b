package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an alert and is to be told, as an event and to the rule's webhook.
 *
 * @param id of the event: follows from what brought it about, so that whoever tells it tells the same
 * @param type of the event
 * @param value what the event that brought it about shows; null for nothing
 * @param since when the condition began to hold, in ms since the Unix epoch
 * @param cause the id of what led to it, if anything did
 * @param at when it happened, in ms since the Unix epoch
 * @param note a member that its payload has besides: who acknowledged, or why it cleared; null for none
 */
record Notice(
        String id,
        String type,
        @Nullable JsonNode value,
        long since,
        @Nullable String cause,
        long at,
        @Nullable Note note) {
    static final String RAISED = "alert.raised";
    static final String CLEARED = "alert.cleared";
    static final String ACKNOWLEDGED = "alert.acknowledged";
    static final String UNDELIVERED = "alert.undelivered";

    /** A member of a payload. */
    record Note(String name, String text) {}

    /** An id that follows from a few words: the same on all instances, and no other's. */
    static String idOf(String type, String... words) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String word : words) {
                digest.update(word.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return type + '-' + HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As the payload of its event. */
    ObjectNode payload(String channel) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("channel", channel);
        payload.set("value", value == null ? JsonNodeFactory.instance.nullNode() : value);
        payload.put("since", since);
        if (note != null) {
            payload.put(note.name(), note.text());
        }
        return payload;
    }

    ObjectNode write() {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        written.put("id", id).put("type", type).put("since", since).put("at", at);
        if (value != null) {
            written.set("value", value);
        }
        if (cause != null) {
            written.put("cause", cause);
        }
        if (note != null) {
            written.put("note", note.name()).put("text", note.text());
        }
        return written;
    }

    static Notice read(JsonNode written) {
        return new Notice(
                written.path("id").asText(),
                written.path("type").asText(),
                written.get("value"),
                written.path("since").asLong(),
                written.has("cause") ? written.path("cause").asText() : null,
                written.path("at").asLong(),
                written.has("note")
                        ? new Note(
                                written.path("note").asText(),
                                written.path("text").asText())
                        : null);
    }
}
