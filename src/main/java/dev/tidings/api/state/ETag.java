package dev.tidings.api.state;

import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.intake.Submission.Precondition;
import org.jspecify.annotations.Nullable;

/**
 * The entity tag of a state (RFC 9110, section 8.8.3): where it changed last.
 *
 * @param text with its quotes
 */
record ETag(String text) {
    static ETag of(Position place) {
        return new ETag('"' + place.toString() + '"');
    }

    /** True when a list of tags, as in If-None-Match, has this one or is {@code *}. */
    static boolean matchesAny(@Nullable String list, ETag tag) {
        if (list == null) {
            return false;
        }
        for (String each : list.split(",", -1)) {
            String trimmed = each.trim();
            if (trimmed.equals("*") || trimmed.equals(tag.text) || trimmed.equals("W/" + tag.text)) {
                return true;
            }
        }
        return false;
    }

    /** What If-Match demands. */
    static Precondition precondition(String ifMatch) {
        String trimmed = ifMatch.trim();
        if (trimmed.equals("*")) {
            return new Precondition.Exists();
        }
        int colon = trimmed.lastIndexOf(':');
        if (trimmed.length() > 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"") && colon > 1) {
            try {
                return new Precondition.ChangedAt(new Position(
                        trimmed.substring(1, colon), Long.parseLong(trimmed, colon + 1, trimmed.length() - 1, 10)));
            } catch (NumberFormatException e) {
                // Answered below.
            }
        }
        throw new Invalid(
                Invalid.What.MESSAGE, "If-Match is * or one ETag as the server gave it, such as \"k3x9-2:18\"");
    }

    /** What If-None-Match demands of a write. */
    static Precondition absence(String ifNoneMatch) {
        if (ifNoneMatch.trim().equals("*")) {
            return new Precondition.Absent();
        }
        throw new Invalid(Invalid.What.MESSAGE, "If-None-Match of a write is *");
    }
}
