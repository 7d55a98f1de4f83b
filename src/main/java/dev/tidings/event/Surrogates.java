package dev.tidings.event;

import java.nio.charset.StandardCharsets;

/** Finds escapes in JSON text that name half a surrogate pair. */
final class Surrogates {
    /** A backslash, a {@code u} and four digits. */
    private static final int LENGTH = 6;

    private Surrogates() {}

    /**
     * The index of the last byte of an escape, or of the pair that it begins.
     *
     * @param at where its backslash is, in well-formed JSON
     * @throws Invalid when it is half a pair
     */
    static int endOfEscape(byte[] json, int at) {
        if (json[at + 1] != 'u') {
            return at + 1;
        }
        char first = character(json, at);
        int next = at + LENGTH;
        if (!Character.isSurrogate(first)) {
            return next - 1;
        }
        boolean pair = Character.isHighSurrogate(first)
                && next + LENGTH <= json.length
                && json[next] == '\\'
                && json[next + 1] == 'u'
                && Character.isLowSurrogate(character(json, next));
        if (!pair) {
            throw Json.malformed("half a surrogate pair");
        }
        return next + LENGTH - 1;
    }

    private static char character(byte[] json, int at) {
        return (char) Integer.parseInt(new String(json, at + 2, 4, StandardCharsets.US_ASCII), 16);
    }
}
