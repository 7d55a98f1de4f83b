package dev.tidings.device.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where devices are, and how they are asked. All of it is configured but their ids.
 *
 * @param url http or https, with {@code {id}} where a device's id goes
 * @param headers to send besides; may hold secrets
 * @param maxSize the largest answer taken, in bytes
 * @param timeout how long an answer to the question how a device is may take
 * @param interval how often devices are asked how they are
 */
public record HttpDevices(
        String url, Map<String, String> headers, int maxSize, Duration timeout, Optional<Duration> interval) {
    /** What stands for a device's id. */
    public static final String ID = "{id}";

    public HttpDevices {
        headers = Map.copyOf(headers);
    }

    /**
     * Where a device is. An id is one part of a path, whatever is in it; empty where it would mean another place there.
     */
    Optional<URI> of(String id) {
        if (id.equals(".") || id.equals("..")) {
            return Optional.empty();
        }
        // In a path a + stands for itself, and there are no spaces in ids.
        return Optional.of(URI.create(url.replace(ID, URLEncoder.encode(id, StandardCharsets.UTF_8))));
    }

    /** Says nothing: it may hold secrets. */
    @Override
    public String toString() {
        return "devices reached by HTTP";
    }
}
