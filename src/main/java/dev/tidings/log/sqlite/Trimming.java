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

    /** When a channel is looked at again that somebody may still come back to. */
    private static final Duration LATER = Duration.ofMinutes(1);

    private static final int MOST_CHANNELS = 100;

    private static final String FIRST_TO_KEEP = "SELECT offset, timestamp FROM event"
            + " WHERE channel = ? AND offset >= ? AND offset < ? AND timestamp >= ? ORDER BY offset LIMIT 1";

    private final Retention.Policy retention;
    private final Visits visits;
    private final long opened;

    /** A channel that is due. */
    private record Due(long id, ChannelKey key, long newest, long newestTime, long oldest, boolean hasState) {}

    /** An event that stays. */
    private record Kept(long offset, long timestamp) {}

    Trimming(Retention.Policy retention, Visits visits, long opened) {
        this.retention = retention;
        this.visits = visits;
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
        long left = mostEvents;
        for (Due channel : due) {
            if (left <= 0) {
                return true;
            }
            left -= channel.oldest() > channel.newest()
                    ? forget(database, channel, now)
                    : trim(database, channel, now, left);
        }
        return due.size() == MOST_CHANNELS || left <= 0;
    }

    private long trim(Database database, Due channel, long now, long most) throws SQLException {
        Retention kept = retention.of(channel.key().channel().namespace());
        long end = Math.min(channel.newest() + 1, channel.oldest() + most);
        Kept first = database.first(
                FIRST_TO_KEEP,
                row -> new Kept(row.getLong(1), row.getLong(2)),
                channel.id(),
                Math.max(channel.oldest(), channel.newest() - kept.size() + 1),
                end,
                now - kept.age().toMillis());
        long oldest = first == null ? end : first.offset();
        note(database, channel, oldest);
        int deleted = database.change(
                "DELETE FROM event WHERE channel = ? AND offset >= ? AND offset < ?",
                channel.id(),
                channel.oldest(),
                oldest);
        Long due;
        if (first == null) {
            due = oldest <= channel.newest() ? (Long) now : dueWhenEmpty(channel);
        } else {
            due = first.timestamp() + kept.age().toMillis() + 1;
        }
        database.change("UPDATE channel SET oldest = ?, due = ? WHERE id = ?", oldest, due, channel.id());
        return 1L + deleted;
    }

    /** Notes which events will be gone. */
    private static void note(Database database, Due channel, long oldest) throws SQLException {
        database.change(
                "UPDATE channel SET gone_sequence = max(gone_sequence, g.sequence), gone_time = max(gone_time, g.time)"
                        + " FROM (SELECT max(sequence) AS sequence, max(timestamp) AS time FROM event"
                        + " WHERE channel = ? AND offset >= ? AND offset < ?) g"
                        + " WHERE id = ? AND g.sequence IS NOT NULL",
                channel.id(),
                channel.oldest(),
                oldest,
                channel.id());
    }

    private static @Nullable Long dueWhenEmpty(Due channel) {
        return channel.hasState() ? null : channel.newestTime() + FORGET.toMillis();
    }

    /** Whether somebody's position is in its numbering, which must not restart then. */
    private static boolean isAwaited(Database database, ChannelKey key) throws SQLException {
        return database.number(
                        "SELECT EXISTS (SELECT 1 FROM durable WHERE tenant = ? AND channel = ?)",
                        key.tenant(),
                        key.channel().name())
                > 0;
    }

    private long forget(Database database, Due channel, long now) throws SQLException {
        Long due = dueWhenEmpty(channel);
        if (due != null && due <= now && isAwaited(database, channel.key())) {
            due = now + FORGET.toMillis();
        } else if (due != null && due <= now) {
            boolean mayGo = now - opened >= RETURN.toMillis() && visits.forget(channel.key(), now - RETURN.toMillis());
            if (mayGo) {
                database.change(
                        "UPDATE numbering SET generation = ?,"
                                + " forgotten = max(forgotten, (SELECT gone_sequence FROM channel WHERE id = ?))",
                        Numbering.newGeneration(),
                        channel.id());
                database.change("DELETE FROM answer WHERE channel = ?", channel.id());
                database.change("DELETE FROM channel WHERE id = ?", channel.id());
                return 1;
            }
            due = now + LATER.toMillis();
        }
        database.change("UPDATE channel SET due = ? WHERE id = ?", due, channel.id());
        return 1;
    }
}
