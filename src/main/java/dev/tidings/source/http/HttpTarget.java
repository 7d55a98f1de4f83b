package dev.tidings.source.http;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tidings.event.Channel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What to get and what to make of it.
 *
 * @param url {@code http} or {@code https}
 * @param headers to send; may hold secrets
 * @param pointer where in the answer the state is
 * @param channel whose state it becomes
 * @param deadBands by how much a number within the state has to change to be a change
 * @param maxSize of the answer, in bytes
 * @param timeout for the whole answer, redirects included
 */
public record HttpTarget(
        URI url,
        Map<String, String> headers,
        JsonPointer pointer,
        Channel channel,
        Map<JsonPointer, Double> deadBands,
        int maxSize,
        Duration timeout) {
    public HttpTarget {
        headers = Map.copyOf(headers);
        deadBands = Map.copyOf(deadBands);
    }

    /** Without the headers, and without the query, which may hold a key as well. */
    @Override
    public String toString() {
        return channel + " from " + url.getHost();
    }
}
