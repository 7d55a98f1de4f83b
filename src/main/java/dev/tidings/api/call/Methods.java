package dev.tidings.api.call;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which methods each resource takes, as {@code Allow} says it. The framework knows and does not tell. */
final class Methods {
    private static final List<Methods> ALL = List.of(
            new Methods("/api/v1/alerts", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/alerts/rules", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/alerts/rules/[^/]+", "GET, HEAD, PUT, DELETE, OPTIONS"),
            new Methods("/api/v1/alerts/rules/[^/]+/acknowledge", "POST, OPTIONS"),
            new Methods("/api/v1/alerts/rules/[^/]+/test", "POST, OPTIONS"),
            new Methods("/api/v1/channels", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/channels/.+/commands", "POST, OPTIONS"),
            new Methods("/api/v1/channels/.+/events", "GET, HEAD, POST, OPTIONS"),
            new Methods("/api/v1/channels/.+/presence", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/channels/.+/state", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            new Methods("/api/v1/channels/.+/trend", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/connections", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/connections/[^/]+", "DELETE, OPTIONS"),
            new Methods("/api/v1/devices", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/devices/.+", "GET, HEAD, POST, OPTIONS"),
            new Methods("/api/v1/events", "POST, OPTIONS"),
            new Methods("/api/v1/groups", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/groups/.+", "GET, HEAD, PUT, POST, DELETE, OPTIONS"),
            new Methods("/api/v1/permissions", "GET, HEAD, OPTIONS"),
            new Methods("/api/v1/projects/.+/events", "POST, OPTIONS"),
            new Methods("/api/v1/subjects/.+/disconnect", "POST, OPTIONS"),
            new Methods("/api/v1/tokens/revoke", "POST, OPTIONS"),
            new Methods("/quick-start", "GET, HEAD, OPTIONS"));

    private static final String ROOT = "/api/v1/";
    private static final Map<String, List<Methods>> BY_SUBJECT =
            ALL.stream().collect(Collectors.groupingBy(each -> subject(each.path.pattern())));

    private final Pattern path;
    private final String allow;
    private final Set<String> names;

    private Methods(String path, String allow) {
        this.path = Pattern.compile(path);
        this.allow = allow;
        this.names = Set.of(allow.split(", ", -1));
    }

    /** What comes before the first slash after the root; few resources have it in common. */
    private static String subject(String path) {
        int slash = path.indexOf('/', ROOT.length());
        return slash < 0 ? path : path.substring(0, slash);
    }

    /** The methods of the resource with this path; null when there is none. */
    static @Nullable Methods of(String path) {
        for (Methods each : BY_SUBJECT.getOrDefault(subject(path), List.of())) {
            if (each.path.matcher(path).matches()) {
                return each;
            }
        }
        return null;
    }

    /** All of them, as {@code Allow} has them. */
    String allow() {
        return allow;
    }

    /** @throws Refused when the resource does not take this one */
    void require(String method) {
        if (!names.contains(method)) {
            throw new Refused(
                    405,
                    new Refusal(
                            ErrorCode.INVALID_MESSAGE, "the resource has no method " + method + "; it has " + allow),
                    Map.of("Allow", allow));
        }
    }
}
