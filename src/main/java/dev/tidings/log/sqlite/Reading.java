package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.log.Range;
import dev.tidings.log.RangeSelection;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One read of a channel. Only the newest events, as many as the retention's size, and none older than its age count as
 * retained, though the file may still have more.
 *
 * @param retention the channel's
 * @param now in ms since the Unix epoch
 */
record Reading(Database database, Numbering numbering, StoredChannel channel, Retention retention, long now) {
    /** Columns of an event e, as {@link #event} reads them. */
    static final String COLUMNS = "e.sequence, e.offset, e.timestamp, e.type, e.id, e.cause, e.payload";

    static Event event(ResultSet row, ChannelKey key, String epoch) throws SQLException {
        return new Event(
                key,
                row.getString(4),
                row.getString(5),
                new Position(epoch, row.getLong(2)),
                row.getLong(1),
                row.getLong(3),
                Json.trusted(row.getBytes(7)),
                row.getString(6));
    }

    static @Nullable StoredChannel channel(Database database, Numbering numbering, ChannelKey key) throws SQLException {
        return database.first(
                "SELECT " + StoredChannel.COLUMNS + " FROM channel c LEFT JOIN state s ON s.channel = c.id"
                        + " WHERE c.tenant = ? AND c.name = ?",
                row -> StoredChannel.of(row, key, numbering),
                key.tenant(),
                key.channel().name());
    }

    Slice read(Range range) throws SQLException {
        long oldest = oldest();
        List<Event> found = range.limit() == 0 ? List.of() : find(range, oldest);
        return RangeSelection.select(range, found, reach(range.since(), oldest), channel.head());
    }

    /** Offset of the oldest event retained; that of the event to come when there is none. */
    private long oldest() throws SQLException {
        return database.number(
                "SELECT coalesce((SELECT offset FROM event WHERE channel = ? AND offset > ? AND timestamp >= ?"
                        + " ORDER BY offset LIMIT 1), ?)",
                channel.id(),
                channel.newest() - retention.size(),
                now - retention.age().toMillis(),
                channel.newest() + 1);
    }

    /** The events between the ends of the range; when there are more than its limit, one more than that. */
    private List<Event> find(Range range, long oldest) throws SQLException {
        Position before = range.before().position();
        long end = channel.newest() + 1;
        if (before != null) {
            end = before.epoch().equals(channel.epoch()) ? Math.min(end, before.offset()) : 0;
        }
        long start = start(range, oldest, end);
        long begins = range.since() instanceof Since.AtTime(long timestamp) ? timestamp : Long.MIN_VALUE;
        List<Event> found = new ArrayList<>();
        database.each(
                "SELECT " + COLUMNS + " FROM event e WHERE channel = ? AND offset >= ? AND offset < ? ORDER BY offset"
                        + (range.reverse() ? " DESC" : ""),
                row -> {
                    Event event = event(row, channel.key(), channel.epoch());
                    if (begins <= event.timestamp()
                            && event.timestamp() < range.before().timestamp()
                            && matches(range, event)) {
                        found.add(event);
                    }
                    return found.size() <= range.limit();
                },
                channel.id(),
                start,
                end);
        if (range.reverse()) {
            Collections.reverse(found);
        }
        return found;
    }

    /** The first offset wanted, as far as it takes no look at the events themselves. */
    private long start(Range range, long oldest, long end) throws SQLException {
        return switch (range.since()) {
            case Since.Now now -> end;
            case Since.After(Position position)
            when position.epoch().equals(channel.epoch()) -> Math.max(oldest, position.offset() + 1);
            case Since.Last(int count)
            when range.before().timestamp() == Long.MAX_VALUE -> Math.max(oldest, end - count);
            case Since.Last(int count) ->
                database.number(
                        "SELECT coalesce(min(offset), ?) FROM (SELECT offset FROM event WHERE channel = ?"
                                + " AND offset >= ? AND offset < ? AND timestamp < ? ORDER BY offset DESC LIMIT ?)",
                        end,
                        channel.id(),
                        oldest,
                        end,
                        range.before().timestamp(),
                        count);
            default -> oldest;
        };
    }

    private static boolean matches(Range range, Event event) {
        return range.events().isEmpty() || range.events().stream().anyMatch(glob -> glob.matches(event.type()));
    }

    private Slice.Reach reach(Since.InChannel since, long oldest) throws SQLException {
        boolean nothingDropped = oldest == 1;
        return switch (since) {
            case Since.Now now -> Slice.Reach.WHOLE;
            case Since.Beginning beginning -> whole(nothingDropped);
            case Since.Last(int count) -> whole(nothingDropped || channel.newest() - oldest + 1 >= count);
            case Since.AtTime(long timestamp) -> whole(nothingDropped || timestamp > goneTime(oldest));
            case Since.After(Position position) -> reachAfter(position, oldest);
        };
    }

    /** The latest time of what is not retained, whether it is still in the file or not. */
    private long goneTime(long oldest) throws SQLException {
        return database.number(
                "SELECT max(gone_time, coalesce((SELECT max(timestamp) FROM event WHERE channel = c.id AND offset < ?), 0))"
                        + " FROM channel c WHERE id = ?",
                oldest,
                channel.id());
    }

    private Slice.Reach reachAfter(Position position, long oldest) {
        if (!position.epoch().equals(channel.epoch())) {
            return Slice.Reach.OTHER_EPOCH;
        }
        return position.offset() > channel.newest() ? Slice.Reach.AHEAD : whole(position.offset() >= oldest - 1);
    }

    private static Slice.Reach whole(boolean is) {
        return is ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
    }
}
