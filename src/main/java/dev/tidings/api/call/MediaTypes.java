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

    private static final Pattern WEIGHT = Pattern.compile(";\\s*q\\s*=\\s*([0-9.]{1,5})");
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
        if (accepts(request.headers().getAll("Accept"), type)) {
            return;
        }
        String accept = Query.shown(String.join(", ", request.headers().getAll("Accept")));
        String message = "Accept: found \"" + accept + "\", available is " + type;
        throw new Refused(406, new Refusal(ErrorCode.INVALID_MESSAGE, message), Map.of());
    }

    /** Whether somebody who sent these {@code Accept} headers takes a type: what the most specific range says. */
    private static boolean accepts(List<String> accept, String type) {
        String ranges = String.join(",", accept);
        if (ranges.isBlank()) {
            return true;
        }
        int closest = -1;
        boolean accepted = false;
        for (String range : ranges.split(",", -1)) {
            int closeness = closeness(essence(range), type);
            if (closeness > closest) {
                closest = closeness;
                accepted = isWanted(range);
            }
        }
        return accepted;
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

    private static boolean isWanted(String range) {
        Matcher weight = WEIGHT.matcher(range.toLowerCase(Locale.ROOT));
        return !weight.find() || weight.group(1).chars().anyMatch(digit -> digit > '0');
    }
}
