package dev.tidings.api.call;

import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a call is known by in its answer and in the log: the caller's own {@code X-Request-Id}, if it has 1 to 64 of
 * {@code [A-Za-z0-9._-]}, else one made up.
 */
record RequestId(String text) {
    static final String HEADER = "X-Request-Id";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    static RequestId of(HttpServerRequest request) {
        String given = request.getHeader(HEADER);
        return given != null && FORM.matcher(given).matches()
                ? new RequestId(given)
                : new RequestId(UUID.randomUUID().toString());
    }
}
