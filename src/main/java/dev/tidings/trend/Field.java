package dev.tidings.trend;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Where in a channel's events a number is.
 *
 * @param text as it was asked for
 * @param within the pointer into the payload
 * @param events of which types; empty for all
 */
public record Field(String text, JsonPointer within, List<Glob> events) {
    private static final int MAX_LENGTH = 256;
    private static final Pattern BAD_ESCAPE = Pattern.compile("~(?![01])");
    private static final String PAYLOAD = "/payload";
    private static final String STATE = "/state/";
    private static final String FORMS =
            "field is a JSON Pointer of at most " + MAX_LENGTH + " characters into the payload of events, such as"
                    + " /payload/speed, or into the channel's state, such as /state/speed";

    /**
     * Reads a pointer: {@code /payload/…} into events of all types, {@code /state/…} into the state, which is what the events
     * {@code state.changed} wrote there.
     *
     * @throws Invalid when it is something else
     */
    public static Field parse(String text) {
        boolean wellFormed =
                text.length() <= MAX_LENGTH && !BAD_ESCAPE.matcher(text).find();
        if (wellFormed && (text.equals(PAYLOAD) || text.startsWith(PAYLOAD + '/'))) {
            return new Field(text, JsonPointer.compile(text.substring(PAYLOAD.length())), List.of());
        }
        if (wellFormed && text.startsWith(STATE) && text.length() > STATE.length()) {
            String member = text.substring(STATE.length() - 1);
            return new Field(text, JsonPointer.compile("/patch" + member), List.of(new Glob(Event.STATE_CHANGED)));
        }
        throw new Invalid(Invalid.What.MESSAGE, FORMS);
    }

    /** The number in an event, if there is one that a series can have. Does not make a tree of the payload, nor keep one. */
    OptionalDouble of(Event event) {
        try (JsonParser payload = Json.MAPPER.createParser(event.payload().utf8());
                JsonParser found = within.matches()
                        ? payload
                        : new FilteringParserDelegate(
                                payload,
                                new JsonPointerBasedFilter(within),
                                TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                                false)) {
            if (found.nextToken() == null || !found.currentToken().isNumeric()) {
                return OptionalDouble.empty();
            }
            double value = found.getDoubleValue();
            return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }
}
