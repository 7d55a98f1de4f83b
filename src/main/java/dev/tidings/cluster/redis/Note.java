package dev.tidings.cluster.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.redis.client.Response;

/**
 * What an entry of a stream says.
 *
 * @param text a JSON object
 */
record Note(String from, String topic, String text) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException when the entry is no note */
    static Note of(Response entry) {
        Response fields = entry.get(1);
        if (fields == null || fields.size() < 6) {
            throw new IllegalArgumentException("not a note");
        }
        return new Note(
                fields.get(1).toString(),
                fields.get(3).toString(),
                fields.get(5).toString());
    }

    /** @throws IllegalArgumentException when it is no object */
    ObjectNode content() {
        try {
            if (JSON.readTree(text) instanceof ObjectNode content) {
                return content;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        throw new IllegalArgumentException("not an object");
    }
}
