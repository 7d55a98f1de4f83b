package dev.tidings.checker.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where a client resumes a subscription, by the rules that the project's own clients follow. */
final class Place {
    private String epoch = "";
    private long offset;
    private String cursor = "";

    /** How many events of a replay are still to come, and where it will be then. */
    private long remaining;

    private long offsetAfter;
    private String cursorAfter = "";

    boolean isKnown() {
        return !epoch.isEmpty() || !cursor.isEmpty();
    }

    String epoch() {
        return epoch.isEmpty() ? cursor : epoch;
    }

    long offset() {
        return offset;
    }

    boolean isSettled() {
        return remaining == 0;
    }

    ObjectNode since() {
        ObjectNode since = JsonNodeFactory.instance.objectNode();
        return cursor.isEmpty() ? since.put("epoch", epoch).put("offset", offset) : since.put("cursor", cursor);
    }

    void confirmed(JsonNode payload) {
        String newCursor = payload.path("cursor").asText("");
        long newest = payload.path("offset").asLong();
        remaining =
                payload.path("recovered").asBoolean() ? payload.path("replayed").asLong() : 0;
        epoch = payload.path("epoch").asText("");
        if (remaining == 0) {
            cursor = newCursor;
            offset = newest;
        } else {
            cursorAfter = newCursor;
            offsetAfter = newest;
        }
    }

    void passed(long newOffset) {
        if (!epoch.isEmpty()) {
            offset = Math.max(offset, newOffset);
        }
        if (remaining > 0 && --remaining == 0) {
            cursor = cursorAfter;
            if (!epoch.isEmpty()) {
                offset = Math.max(offset, offsetAfter);
            }
        }
    }

    /** The connection has gone: what was still to come has to be asked for again. */
    void disconnected() {
        remaining = 0;
    }
}
