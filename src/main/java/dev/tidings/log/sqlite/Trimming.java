package dev.tidings.log.sqlite;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.log.Retention;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of what channels do not retain any longer, a few events at a time, and in the end of the channels themselves.
 * Nobody depends on it for what they read: a read leaves out what does not count, whether it is still in the file or not.
 */
final class Trimming {
    /** How long a channel that holds nothing is remembered, so that those who come back can go on in its numbering. */
    static final Duration FORGET = Duration.ofDays(1);

    /** How long after the start everybody is given to come back before anything is forgotten. */
    private static final Duration RETURN = Duration.ofHours(1);

    /** When a channel is looked at again whose events may not go yet, for they are among the newest of the log. */
    private static final Duration LATER = Duration.ofMinutes(1);

    private static final int MOST_CHANNELS = 100;

    private static final String FIRST_TO_KEEP = "SELECT offset, timestamp, sequence FROM event"
            + " WHERE channel = ? AND offset >= ? AND offset < ?"
            + " AND (sequence >= ? OR (offset > ? AND timestamp >= ?)) ORDER BY offset LIMIT 1";

    private final Retention.Policy retention;
    private final Visits visits;
    private final int window;
    private final long opened;

    /** A channel that is due. */
    private record Due(long id, ChannelKey key, long newest, long newestTime, long oldest, boolean hasState) {}

    /** An event that stays. */
    private record Kept(long offset, long timestamp, long sequence) {}

    Trimming(Retention.Policy retention, Visits visits, int window, long opened) {
        this.retention = retention;
        this.visits = visits;
        this.window = window;
        this.opened = opened;
    }

    /** How many events too many a channel may have before it is worth to look. */
    static long slack(Retention retention) {
        return 64L + retention.size() / 8;
    }

    /** Deletes some of what is due, within the transaction that is open. Answers whether more is due already. */
    boolean run(Database database, long now, int mostEvents) throws SQLException {
        List<Due> due = new ArrayList<>();
        database.each(
                "SELECT c.id, c.tenant, c.name, c.newest, c.newest_time, c.oldest, s.channel IS NOT NULL FROM channel c"
                        + " LEFT JOIN state s ON s.channel = c.id WHERE c.due <= ? ORDER BY c.due LIMIT ?",
                row -> due.add(new Due(
                        row.getLong(1),
                        new ChannelKey(row.getString(2), new Channel(row.getString(3))),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getBoolean(7))),
                now,
                MOST_CHANNELS);
        long windowStart = Numbering.read(database).sequence() - window + 1;
        long left = mostEvents;
        for (Due channel : due) {
            if (left <= 0) {
                return true;
            }
            left -= channel.oldest() > channel.newest()
                    ? forget(database, channel, now)
                    : trim(database, channel, now, windowStart, left);
        }
        return due.size() == MOST_CHANNELS || left <= 0;
    }

    private long trim(Database database, Due channel, long now, long windowStart, long most) throws SQLException {
        Retention kept = retention.of(channel.key().channel().namespace());
        long end = Math.min(channel.newest() + 1, channel.oldest() + most);
        long trimmed = channel.newest() - kept.size();
        long cutoff = now - kept.age().toMillis();
        Kept first = database.first(
                FIRST_TO_KEEP,
                row -> new Kept(row.getLong(1), row.getLong(2), row.getLong(3)),
                channel.id(),
                channel.oldest(),
                end,
                windowStart,
                trimmed,
                cutoff);
        long oldest = first == null ? end : first.offset();
        int deleted = database.change(
                "DELETE FROM event WHERE channel = ? AND offset >= ? AND offset < ?",
                channel.id(),
                channel.oldest(),
                oldest);
        long sequence;
        Long due;
        if (first == null) {
            sequence = database.number(
                    "SELECT sequence FROM event WHERE channel = ? AND offset = ?", channel.id(), oldest);
            due = oldest <= channel.newest() ? (Long) now : dueWhenEmpty(channel);
        } else {
            boolean retained = first.offset() > trimmed && first.timestamp() >= cutoff;
            sequence = first.sequence();
            due = retained ? first.timestamp() + kept.age().toMillis() + 1 : now + LATER.toMillis();
        }
        database.change(
                "UPDATE channel SET oldest = ?, oldest_sequence = ?, due = ? WHERE id = ?",
                oldest,
                sequence,
                due,
                channel.id());
        return 1L + deleted;
    }

    private static @Nullable Long dueWhenEmpty(Due channel) {
        return channel.hasState() ? null : channel.newestTime() + FORGET.toMillis();
    }

    private long forget(Database database, Due channel, long now) throws SQLException {
        Long due = dueWhenEmpty(channel);
        if (due != null && due <= now) {
            boolean mayGo = now - opened >= RETURN.toMillis() && visits.forget(channel.key(), now - RETURN.toMillis());
            if (mayGo) {
                database.change("DELETE FROM answer WHERE channel = ?", channel.id());
                database.change("DELETE FROM channel WHERE id = ?", channel.id());
                database.change("UPDATE numbering SET generation = generation + 1");
                return 1;
            }
            due = now + LATER.toMillis();
        }
        database.change("UPDATE channel SET due = ? WHERE id = ?", due, channel.id());
        return 1;
    }
}
