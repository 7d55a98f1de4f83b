package dev.tidings.api.call;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the headers that name media types (RFC 9110, sections 8.3 and 12.5.1). */
public final class MediaTypes {
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";
    public static final String EVENT_STREAM = "text/event-stream";

    private static final Pattern WEIGHT = Pattern.compile(";\\s*q\\s*=\\s*([01](?:\\.[0-9]{0,3})?)");
    private static final Pattern CHARSET = Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]+)");

    private MediaTypes() {}

    /** A type without its parameters, in lower case; empty when there is none. */
    public static String essence(@Nullable String header) {
        if (header == null) {
            return "";
        }
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }

    /** False when the type says that its text is anything but UTF-8. */
    static boolean isUtf8(@Nullable String header) {
        Matcher charset = CHARSET.matcher(header == null ? "" : header.toLowerCase(Locale.ROOT));
        return !charset.find()
                || charset.group(1).equals("utf-8")
                || charset.group(1).equals("us-ascii");
    }

    /** @throws Refused when the caller does not take answers of this type */
    public static void requireAccepted(HttpServerRequest request, String type) {
        if (weight(request, type) > 0) {
            return;
        }
        String accept = Query.shown(String.join(", ", request.headers().getAll("Accept")));
        String message = "Accept: found \"" + accept + "\", available is " + type;
        throw new Refused(406, new Refusal(ErrorCode.INVALID_MESSAGE, message), Map.of());
    }

    /** True when the caller names a type, and takes it no less than another that is what most want. */
    public static boolean isPreferred(HttpServerRequest request, String type, String usual) {
        double weight = weight(request, type);
        return weight > 0
                && weight >= weight(request, usual)
                && ranges(request).stream().anyMatch(range -> essence(range).equals(type));
    }

    /** How much the caller wants a type, from 0, not at all, to 1: what the most specific range of {@code Accept} says. */
    private static double weight(HttpServerRequest request, String type) {
        List<String> ranges = ranges(request);
        if (ranges.isEmpty()) {
            return 1;
        }
        int closest = -1;
        double weight = 0;
        for (String range : ranges) {
            int closeness = closeness(essence(range), type);
            if (closeness > closest) {
                closest = closeness;
                weight = weight(range);
            }
        }
        return weight;
    }

    private static List<String> ranges(HttpServerRequest request) {
        String all = String.join(",", request.headers().getAll("Accept"));
        return all.isBlank() ? List.of() : List.of(all.split(",", -1));
    }

    private static int closeness(String range, String type) {
        if (range.equals(type)) {
            return 2;
        }
        if (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1))) {
            return 1;
        }
        return range.equals("*/*") ? 0 : -1;
    }

    private static double weight(String range) {
        Matcher weight = WEIGHT.matcher(range.toLowerCase(Locale.ROOT));
        return weight.find() ? Double.parseDouble(weight.group(1)) : 1;
    }
}
