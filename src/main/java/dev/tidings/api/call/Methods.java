package dev.tidings.api.call;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which methods each resource takes, as {@code Allow} says it. The framework knows and does not tell. */
final class Methods {
    private static final List<Methods> ALL = List.of(
            new Methods("/api/v1/channels", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/channels/.+/events", "GET, HEAD, POST, OPTIONS"),
            new Methods("/api/v1/channels/.+/state", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            new Methods("/api/v1/events", "POST, OPTIONS"),
            new Methods("/api/v1/permissions", "GET, HEAD, OPTIONS"),
            new Methods("/quick-start", "GET, HEAD, OPTIONS"));

    private final Pattern path;
    private final String allow;

    private Methods(String path, String allow) {
        this.path = Pattern.compile(path);
        this.allow = allow;
    }

    /** The methods of the resource with this path; null when there is none. */
    static @Nullable String of(String path) {
        for (Methods each : ALL) {
            if (each.path.matcher(path).matches()) {
                return each.allow;
            }
        }
        return null;
    }
}
