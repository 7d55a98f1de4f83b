package dev.tidings.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;

/**
 * What is to be done, as its caller says it: the same on all transports.
 *
 * @param name of the command
 * @param args any JSON value
 * @param timeoutMs how long the caller waits for an answer
 */
public record CommandCall(String name, Json args, int timeoutMs) {
    /** How long a caller waits who does not say it. */
    public static final int DEFAULT_TIMEOUT_MS = 10_000;

    /** The longest that a caller may wait: five minutes. */
    public static final int MAX_TIMEOUT_MS = 300_000;

    private static final int LONGEST_NAME = 128;

    /** @throws Invalid when it is not of the form {@code {name, args?, timeout_ms?}} */
    public static CommandCall read(JsonNode call) {
        return read(call, "name");
    }

    /**
     * As its caller calls things.
     *
     * @param nameMember what the caller calls the member {@code name}, to be told so
     * @throws Invalid as {@link #read(JsonNode)}
     */
    public static CommandCall read(JsonNode call, String nameMember) {
        if (!call.isObject()) {
            throw invalid("a command is an object such as {\"name\": \"restart\", \"args\": {}}");
        }
        JsonNode args = call.path("args");
        return new CommandCall(
                name(call.path("name"), nameMember),
                args.isMissingNode() ? Json.NULL : Json.of(args),
                timeout(call.path("timeout_ms")));
    }

    private static String name(JsonNode name, String member) {
        String text = name.isTextual() ? name.textValue() : "";
        if (text.isEmpty() || text.length() > LONGEST_NAME || !text.chars().allMatch(c -> c > ' ' && c != 127)) {
            throw invalid(member + " is the name of what is to be done: a string of 1 to " + LONGEST_NAME
                    + " characters, none of them a space or a control character");
        }
        return text;
    }

    private static int timeout(JsonNode timeout) {
        if (timeout.isMissingNode() || timeout.isNull()) {
            return DEFAULT_TIMEOUT_MS;
        }
        boolean possible = timeout.isIntegralNumber()
                && timeout.canConvertToInt()
                && timeout.intValue() >= 1
                && timeout.intValue() <= MAX_TIMEOUT_MS;
        if (!possible) {
            throw invalid("timeout_ms is a whole number from 1 to " + MAX_TIMEOUT_MS);
        }
        return timeout.intValue();
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
