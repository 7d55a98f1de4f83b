package dev.tidings.api.call;

import dev.tidings.event.Invalid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a call. One that the call does not have is refused rather than ignored, for a misspelt
 * {@code since_offset} would ask for something else; so is one given twice, where once is meant. A {@code +} stands for
 * itself: channels may have one, and nothing here has spaces.
 */
public final class Query {
    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws Invalid when it is malformed or has a parameter that is not known */
    public static Query parse(@Nullable String raw, List<String> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String part : (raw == null ? "" : raw).split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = decode(equals < 0 ? part : part.substring(0, equals));
            if (!known.contains(name)) {
                throw invalid("unknown query parameter \"" + shown(name) + "\"; "
                        + (known.isEmpty() ? "there is none here" : "known are " + String.join(" ", known)));
            }
            values.computeIfAbsent(name, first -> new ArrayList<>())
                    .add(equals < 0 ? "" : decode(part.substring(equals + 1)));
        }
        return new Query(values);
    }

    /** All values of a parameter that may be repeated. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value of a parameter; null when it is absent. */
    public @Nullable String text(String name) {
        List<String> given = all(name);
        if (given.size() > 1) {
            throw invalid(name + " is given " + given.size() + " times; allowed is once");
        }
        return given.isEmpty() ? null : given.getFirst();
    }

    /** The value of a parameter that must be there. */
    public String required(String name, String meaning) {
        String value = text(name);
        if (value == null) {
            throw invalid("the query parameter " + name + " is missing: " + meaning);
        }
        return value;
    }

    /** A whole number within bounds, or what holds when the parameter is absent. */
    public long number(String name, long min, long max, long otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of bounds.
        }
        String bounds = max == Long.MAX_VALUE ? min + " or more" : "from " + min + " to " + max;
        throw invalid(name + ": found \"" + shown(value) + "\", allowed is a whole number " + bounds);
    }

    /** True or false; false when the parameter is absent. */
    public boolean flag(String name) {
        String value = text(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw invalid(name + ": found \"" + shown(value) + "\", allowed are true and false");
    }

    private static String decode(String text) {
        return decodePercent(text, "the query");
    }

    /**
     * Undoes percent-encoding.
     *
     * @param where it stands, for the message
     * @throws Invalid when a percent sign has no two hex digits after it, or the bytes are not UTF-8
     */
    public static String decodePercent(String text, String where) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            boolean complete = i + 2 < encoded.length;
            int high = complete ? Character.digit(encoded[i + 1], 16) : -1;
            int low = complete ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw invalid(where + " has a % without two hex digits after it");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw invalid(where + " is not UTF-8 behind its percent signs");
        }
    }

    /** Bounded and without control characters, so that it may stand in a message. */
    public static String shown(String value) {
        return Invalid.shown(value);
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
