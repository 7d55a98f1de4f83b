package dev.tidings.api.event;

import dev.tidings.api.call.Query;
import dev.tidings.event.Glob;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import java.util.List;

/**
 * Which events of a channel a call asks for.
 *
 * @param since where to begin; with the oldest retained when nothing is said
 * @param events globs of event types, one of which must match; empty for all
 * @param limit at most so many
 * @param reverse newest first
 */
public record EventsQuery(Since.InChannel since, List<Glob> events, int limit, boolean reverse) {
    private static final int MAX_GLOBS = 32;

    /** Reads the parameters {@code since_offset}, {@code epoch}, {@code since_timestamp}, {@code event}, {@code limit} and {@code reverse}. */
    public static EventsQuery of(Query query) {
        List<Glob> events = query.all("event").stream().map(Glob::new).toList();
        if (events.size() > MAX_GLOBS) {
            throw new Invalid(
                    Invalid.What.FILTER,
                    "event is given " + events.size() + " times; allowed is " + MAX_GLOBS + " times at most");
        }
        return new EventsQuery(
                since(query),
                events,
                (int) query.number("limit", 1, Range.MAX_LIMIT, Range.MAX_LIMIT),
                query.flag("reverse"));
    }

    /** What to read of the log. */
    public Range range() {
        return new Range(since, Range.Before.END, events, limit, reverse);
    }

    private static Since.InChannel since(Query query) {
        if (query.has("since_offset") != query.has("epoch")) {
            throw new Invalid(
                    Invalid.What.MESSAGE, "since_offset and epoch go together, for an offset belongs to an epoch");
        }
        if (query.has("since_offset") && query.has("since_timestamp")) {
            throw new Invalid(Invalid.What.MESSAGE, "allowed is one of since_offset and since_timestamp");
        }
        if (query.has("since_timestamp")) {
            return new Since.AtTime(query.number("since_timestamp", 0, Long.MAX_VALUE, 0));
        }
        return query.has("epoch")
                ? new Since.After(new Position(
                        query.required("epoch", "the numbering"), query.number("since_offset", 0, Long.MAX_VALUE, 0)))
                : new Since.Beginning();
    }
}
