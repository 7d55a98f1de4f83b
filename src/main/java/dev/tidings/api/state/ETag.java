package dev.tidings.api.state;

import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entity tag (RFC 9110, section 8.8.3). That of a state is where it changed last, and strong.
 *
 * @param weak as a cache on the way may have made it
 * @param opaque what stands between the quotes
 */
record ETag(boolean weak, String opaque) {
    private static final Pattern NEXT = Pattern.compile("[\\s,]*(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"\\s*(?:,|$)");

    static ETag of(Position place) {
        return new ETag(false, place.toString());
    }

    /** With its quotes. */
    String text() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /**
     * Reads a list of tags.
     *
     * @param header its name, for the message
     * @throws Invalid when it is none
     */
    static List<ETag> list(String value, String header) {
        List<ETag> tags = new ArrayList<>();
        Matcher next = NEXT.matcher(value);
        int at = 0;
        while (at < value.length() && next.region(at, value.length()).lookingAt()) {
            tags.add(new ETag(next.group(1) != null, next.group(2)));
            at = next.end();
        }
        if (tags.isEmpty() || !value.substring(at).isBlank()) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    header + " is * or a list of ETags as the server gave them, such as \"k3x9-2:18\"");
        }
        return tags;
    }

    /** True when both name the same state, byte by byte. */
    boolean matchesStrongly(ETag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** True when both name the same state. */
    boolean matchesWeakly(ETag other) {
        return opaque.equals(other.opaque);
    }

    /** The place that it names; null when no state of ours can have this tag. */
    @Nullable
    Position place() {
        int colon = opaque.lastIndexOf(':');
        if (weak || colon < 1) {
            return null;
        }
        try {
            return new Position(opaque.substring(0, colon), Long.parseLong(opaque, colon + 1, opaque.length(), 10));
        } catch (NumberFormatException | Invalid e) {
            return null;
        }
    }
}
