package dev.tidings.trace;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where spans are told, and which.
 *
 * @param traces where a collector takes spans
 * @param ratio of the events whose publishers do not say, 0 to 1
 * @param headers for the collector
 */
public record TracingSettings(URI traces, double ratio, Map<String, String> headers) {
    private static final String PATH = "/v1/traces";
    private static final URI PROBE = URI.create("http://127.0.0.1");
    private static final String KEY = "tidings.tracing.";

    /**
     * None where nothing is traced.
     *
     * @throws IllegalArgumentException with one line that names the key
     */
    public static Optional<TracingSettings> read(TracingConfig config) {
        if (!(config.ratio() >= 0 && config.ratio() <= 1)) {
            throw impossible("ratio", Double.toString(config.ratio()), "0 to 1");
        }
        config.headers().forEach((name, value) -> {
            try {
                HttpRequest.newBuilder(PROBE).setHeader(name, value);
            } catch (IllegalArgumentException e) {
                // Not what was found: it may be a key.
                throw impossible(
                        "headers." + name, "no header", "a name that is free to be set, and a text of one line");
            }
        });
        return config.endpoint()
                .map(endpoint -> new TracingSettings(traces(endpoint), config.ratio(), Map.copyOf(config.headers())));
    }

    private static URI traces(String endpoint) {
        URI uri = parsed(endpoint);
        boolean http = uri != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        if (uri == null || !http || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            // Not what was found: it may have a password in it.
            throw impossible(
                    "endpoint",
                    "no such URL",
                    "an http or https URL without user or query, such as http://127.0.0.1:4318");
        }
        String text = endpoint.replaceAll("/+$", "");
        return URI.create(text.endsWith(PATH) ? text : text + PATH);
    }

    private static @Nullable URI parsed(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static IllegalArgumentException impossible(String name, String found, String allowed) {
        return new IllegalArgumentException(KEY + name + ": found " + found + ", allowed is " + allowed);
    }
}
