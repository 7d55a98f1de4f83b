package dev.tidings.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.log.Cursor;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the places that clients name in a stream. */
final class SinceReader {
    private static final String FORMS = "since is one of {epoch, offset}, {cursor}, {timestamp}, {last}";
    private static final String BEFORE_FORMS = "before is one of {epoch, offset}, {timestamp}";
    private static final String RESUME = "epoch, offset";

    private SinceReader() {}

    /** Where a subscription begins: with what comes now unless something else is said. */
    static Since read(JsonNode since, ChannelPattern target) {
        if (nothing(since)) {
            return new Since.Now();
        }
        Since read = parse(since);
        switch (read) {
            case Since.After after ->
                require(target.isExact(), "a pattern resumes by cursor, for an offset belongs to one channel");
            case Since.AfterCursor cursor ->
                require(!target.isExact(), "a channel resumes by epoch and offset; a cursor belongs to a pattern");
            default -> {}
        }
        return read;
    }

    /** Where a reading of history begins: with the oldest unless something else is said. */
    static Since.InChannel readOrBeginning(JsonNode since) {
        if (nothing(since)) {
            return new Since.Beginning();
        }
        if (parse(since) instanceof Since.InChannel place) {
            return place;
        }
        throw new Invalid(Invalid.What.MESSAGE, "history begins at {epoch, offset}, {timestamp} or {last}");
    }

    /** Where a reading of history ends. */
    static Range.Before before(JsonNode before) {
        if (nothing(before)) {
            return Range.Before.END;
        }
        require(before.isObject(), BEFORE_FORMS);
        String form = theOne(before, BEFORE_FORMS);
        if (form.equals("timestamp")) {
            return new Range.Before(null, whole(before, form));
        }
        require(form.equals(RESUME), BEFORE_FORMS);
        return new Range.Before(position(before), Long.MAX_VALUE);
    }

    private static Since parse(JsonNode since) {
        require(since.isObject(), FORMS);
        String form = theOne(since, FORMS);
        return switch (form) {
            case RESUME -> new Since.After(position(since));
            case "cursor" -> new Since.AfterCursor(Cursor.sealed(text(since, form)));
            case "timestamp" -> new Since.AtTime(whole(since, form));
            default -> new Since.Last((int) Math.min(whole(since, form), Integer.MAX_VALUE));
        };
    }

    /** Which form a place has; each is known by the members that it alone has. */
    private static String theOne(JsonNode place, String forms) {
        List<String> found = new ArrayList<>();
        if (place.hasNonNull("epoch") || place.hasNonNull("offset")) {
            found.add(RESUME);
        }
        Stream.of("cursor", "timestamp", "last").filter(place::hasNonNull).forEach(found::add);
        require(!found.isEmpty(), forms);
        require(found.size() == 1, forms + "; found are " + String.join(" and ", found));
        return found.getFirst();
    }

    private static boolean nothing(JsonNode node) {
        return node.isMissingNode() || node.isNull() || (node.isObject() && node.isEmpty());
    }

    private static Position position(JsonNode place) {
        return new Position(text(place, "epoch"), whole(place, "offset"));
    }

    private static String text(JsonNode object, String name) {
        JsonNode text = object.path(name);
        require(text.isTextual() && !text.textValue().isEmpty(), name + " is a string that is not empty");
        return text.textValue();
    }

    private static long whole(JsonNode object, String name) {
        JsonNode number = object.path(name);
        require(
                number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0,
                name + " is a whole number, 0 or more");
        return number.longValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Invalid(Invalid.What.MESSAGE, otherwise);
        }
    }
}
