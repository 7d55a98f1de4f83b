package dev.tidings.log.sqlite;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One look at the channels of a tenant that match a pattern.
 *
 * @param window how many events of all channels a cursor may lag behind; more are not looked for
 * @param now in ms since the Unix epoch
 */
record Patterns(Database database, Numbering numbering, Retention.Policy retention, int window, long now) {
    /** More events than this are not replayed: they are given up as if they had been trimmed. */
    private static final int MOST = 100_000;

    /** Above all that a channel's name is made of. */
    private static final String LAST = "\u007f";

    private static final String MATCHING = " c.tenant = ? AND c.name >= ? AND c.name < ?";

    List<Listing> list(String tenant, @Nullable ChannelPattern pattern, String after, int limit) throws SQLException {
        List<Listing> found = new ArrayList<>();
        for (StoredChannel channel : matching(tenant, pattern, after, limit, this::exists)) {
            found.add(new Listing(channel.key(), channel.head()));
        }
        return found;
    }

    private List<StoredChannel> matching(
            String tenant, @Nullable ChannelPattern pattern, String after, int limit, Predicate<StoredChannel> wanted)
            throws SQLException {
        List<StoredChannel> found = new ArrayList<>();
        database.each(
                "SELECT " + StoredChannel.COLUMNS + " FROM channel c LEFT JOIN state s ON s.channel = c.id WHERE"
                        + MATCHING + " AND c.name > ? ORDER BY c.name",
                row -> {
                    ChannelKey key = new ChannelKey(tenant, new Channel(row.getString(2)));
                    StoredChannel channel = StoredChannel.of(row, key, numbering);
                    if (wanted.test(channel)) {
                        found.add(channel);
                    }
                    return found.size() < limit;
                },
                tenant,
                first(pattern),
                end(pattern),
                after);
        return found;
    }

    /** Whether it holds events or a state. */
    private boolean exists(StoredChannel channel) {
        Retention kept = retentionOf(channel);
        return channel.state() != null
                || (kept.size() > 0 && channel.newestTime() >= now - kept.age().toMillis());
    }

    private Retention retentionOf(StoredChannel channel) {
        return retention.of(channel.key().channel().namespace());
    }

    private static String first(@Nullable ChannelPattern pattern) {
        return pattern == null ? "" : pattern.prefix();
    }

    /** Above every name that matches, and below all others that are not below the first. */
    private static String end(@Nullable ChannelPattern pattern) {
        return pattern != null && pattern.isExact() ? pattern.text() + '\0' : first(pattern) + LAST;
    }

    Replay replay(String tenant, ChannelPattern pattern, Since since) throws SQLException {
        Cursor here = new Cursor(numbering.epoch(), List.of(numbering.sequence()));
        return switch (since) {
            case Since.Now now -> new Replay(List.of(), true, here);
            case Since.AfterCursor(Cursor from) -> replayAfter(tenant, pattern, from, here);
            case Since.InChannel place -> replayEach(tenant, pattern, place, here);
        };
    }

    private Replay replayAfter(String tenant, ChannelPattern pattern, Cursor from, Cursor here) throws SQLException {
        Replay lost = new Replay(List.of(), false, here);
        if (!from.epoch().equals(numbering.epoch()) || from.sequences().size() != 1) {
            return lost;
        }
        long seen = from.sequences().getFirst();
        long missed = numbering.sequence() - seen;
        if (missed < 0 || missed > window || seen < numbering.forgotten() || isGone(seen, tenant, pattern)) {
            return lost;
        }
        List<Event> events = eventsAfter(seen, tenant, pattern);
        return events.size() <= MOST && areRetained(events) ? new Replay(events, true, here) : lost;
    }

    /** Whether some of what came after a place has left the file. */
    private boolean isGone(long seen, String tenant, ChannelPattern pattern) throws SQLException {
        return database.number(
                        "SELECT 1 FROM channel c WHERE" + MATCHING + " AND c.gone_sequence > ? LIMIT 1",
                        tenant,
                        first(pattern),
                        end(pattern),
                        seen)
                == 1;
    }

    /** The file may still have what its channel is no longer to give out. */
    private boolean areRetained(List<Event> events) {
        Map<Channel, Integer> counts = new HashMap<>();
        for (Event event : events) {
            Retention kept = retention.of(event.channel().namespace());
            if (event.timestamp() < now - kept.age().toMillis()
                    || counts.merge(event.channel(), 1, Integer::sum) > kept.size()) {
                return false;
            }
        }
        return true;
    }

    private List<Event> eventsAfter(long seen, String tenant, ChannelPattern pattern) throws SQLException {
        List<Event> found = new ArrayList<>();
        Map<Long, ChannelKey> keys = new HashMap<>();
        // CROSS JOIN: from the events to their channels, not the other way round.
        database.each(
                "SELECT " + Reading.COLUMNS + ", c.id, c.name, c.generation FROM event e CROSS JOIN channel c"
                        + " ON c.id = e.channel WHERE e.sequence > ? AND" + MATCHING + " ORDER BY e.sequence",
                row -> {
                    long id = row.getLong(8);
                    ChannelKey key = keys.get(id);
                    if (key == null) {
                        key = new ChannelKey(tenant, new Channel(row.getString(9)));
                        keys.put(id, key);
                    }
                    found.add(Reading.event(row, key, numbering.epochOf(row.getLong(10))));
                    return found.size() <= MOST;
                },
                seen,
                tenant,
                first(pattern),
                end(pattern));
        return found;
    }

    /** What each matching channel has since then, in the order it came. */
    private Replay replayEach(String tenant, ChannelPattern pattern, Since.InChannel since, Cursor here)
            throws SQLException {
        List<Event> events = new ArrayList<>();
        boolean complete = true;
        // From here on, as far as is known, everything is there.
        long certain = 0;
        for (StoredChannel channel : matching(tenant, pattern, "", Integer.MAX_VALUE, any -> true)) {
            Slice slice = new Reading(database, numbering, channel, retentionOf(channel), now).read(Range.from(since));
            events.addAll(slice.events());
            if (!slice.continuous()) {
                complete = false;
                certain = Math.max(
                        certain,
                        slice.events().isEmpty() ? 0 : slice.events().getFirst().sequence());
            }
            if (events.size() > MOST) {
                return new Replay(List.of(), false, here);
            }
        }
        events.sort(Comparator.comparingLong(Event::sequence));
        if (since instanceof Since.Last(int count) && events.size() >= count) {
            List<Event> newest = List.copyOf(events.subList(events.size() - count, events.size()));
            // What a channel has let go of came before what it retains.
            boolean all = complete || newest.isEmpty() || newest.getFirst().sequence() > certain;
            return new Replay(newest, all, here);
        }
        return new Replay(List.copyOf(events), complete, here);
    }
}
