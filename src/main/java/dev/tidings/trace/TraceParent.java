package dev.tidings.trace;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace, as {@code traceparent} says it (W3C Trace Context, level 1).
 *
 * @param high the first half of the trace's id
 * @param low the second half
 * @param span the span that led to what comes
 * @param sampled whether the trace is told
 */
public record TraceParent(long high, long low, long span, boolean sampled) {
    private static final int LENGTH = 55;
    private static final HexFormat HEX = HexFormat.of();

    /** Null when the text is none. */
    public static @Nullable TraceParent parse(@Nullable String text) {
        if (text == null || text.length() != LENGTH || !text.startsWith("00-")) {
            return null;
        }
        if (text.charAt(35) != '-' || text.charAt(52) != '-' || !isLowerHex(text)) {
            return null;
        }
        long high = HexFormat.fromHexDigitsToLong(text, 3, 19);
        long low = HexFormat.fromHexDigitsToLong(text, 19, 35);
        long span = HexFormat.fromHexDigitsToLong(text, 36, 52);
        int flags = HexFormat.fromHexDigits(text, 53, 55);
        return (high | low) == 0 || span == 0 ? null : new TraceParent(high, low, span, (flags & 1) == 1);
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
                && text.chars().filter(c -> c == '-').count() == 3;
    }

    /** The id of a trace, as it is written. */
    static String traceId(long high, long low) {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    /** The id of a span, as it is written. */
    static String spanId(long span) {
        return HEX.toHexDigits(span);
    }
}
