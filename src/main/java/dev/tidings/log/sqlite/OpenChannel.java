package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.Head;
import dev.tidings.log.Retention;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A channel that a transaction appends to: what the file has of it is read when it is opened, and written at the end. */
final class OpenChannel {
    private static final String INSERT_EVENT =
            "INSERT INTO event (sequence, channel, offset, timestamp, type, id, cause,"
                    + " payload) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))";

    private final Database database;
    private final ChannelKey key;
    private final Retention retention;
    private String epoch = "";
    private long id;
    private long newest;
    private long newestTime;
    private long oldest = 1;
    private long due;
    private boolean dueChanged;

    /** Offset of the event that changed the state last; 0 when there is no state. */
    private long stateOffset;

    private long stateTime;

    /** Null also when it has not been needed so far. */
    private @Nullable Json state;

    private boolean stateChanged;

    private OpenChannel(Database database, ChannelKey key, Retention retention) {
        this.database = database;
        this.key = key;
        this.retention = retention;
    }

    static OpenChannel open(
            Database database, ChannelKey key, Retention retention, Numbering numbering, Visits visits, long now)
            throws SQLException {
        OpenChannel channel = new OpenChannel(database, key, retention);
        database.each(
                "SELECT c.id, c.generation, c.newest, c.newest_time, c.oldest, s.offset,"
                        + " s.timestamp FROM channel c LEFT JOIN state s ON s.channel = c.id"
                        + " WHERE c.tenant = ? AND c.name = ?",
                row -> {
                    channel.id = row.getLong(1);
                    channel.epoch = numbering.epochOf(row.getLong(2));
                    channel.newest = row.getLong(3);
                    channel.newestTime = row.getLong(4);
                    channel.oldest = row.getLong(5);
                    channel.stateOffset = row.getLong(6);
                    channel.stateTime = row.getLong(7);
                    return false;
                },
                key.tenant(),
                key.channel().name());
        if (channel.id == 0) {
            channel.epoch = numbering.epochOf(visits.unused(key, now, numbering.generation()));
        }
        return channel;
    }

    Position statePosition() {
        return new Position(epoch, stateOffset);
    }

    Head head() throws SQLException {
        return new Head(new Position(epoch, newest), state());
    }

    private @Nullable State state() throws SQLException {
        if (stateOffset == 0) {
            return null;
        }
        Json data = state;
        if (data == null) {
            byte[] bytes = database.first("SELECT data FROM state WHERE channel = ?", row -> row.getBytes(1), id);
            data = Json.trusted(bytes == null ? new byte[0] : bytes);
            state = data;
        }
        return new State(data, statePosition(), stateTime);
    }

    /** The place and time of the event that had this id first, if that was not before a moment. */
    @Nullable
    Appended firstAnswer(String eventId, long since) throws SQLException {
        return id == 0
                ? null
                : database.first(
                        "SELECT offset, timestamp FROM answer WHERE channel = ? AND id = ? AND timestamp >= ?",
                        row -> new Appended(new Position(epoch, row.getLong(1)), row.getLong(2)),
                        id,
                        eventId,
                        since);
    }

    /** Where and when an event was appended. */
    record Appended(Position position, long timestamp) {}

    Event append(Draft draft, long sequence) throws SQLException {
        if (id == 0) {
            create();
        }
        newest++;
        newestTime = Math.max(newestTime, draft.timestamp());
        database.change(
                INSERT_EVENT,
                sequence,
                id,
                newest,
                draft.timestamp(),
                draft.type(),
                draft.id(),
                draft.cause(),
                draft.payload().utf8());
        if (draft.idempotent()) {
            note(draft);
        }
        if (oldest == newest) {
            due = draft.timestamp() + retention.age().toMillis();
            dueChanged = true;
        }
        Draft.StateWrite write = draft.state();
        if (write != null) {
            stateChanged = true;
            state = write.data();
            stateOffset = write.data() == null ? 0 : newest;
            stateTime = draft.timestamp();
        }
        return new Event(
                key,
                draft.type(),
                draft.id(),
                new Position(epoch, newest),
                sequence,
                draft.timestamp(),
                draft.payload(),
                draft.cause());
    }

    /** Remembers the id of a draft that stores nothing, with the place of the newest event as its answer. */
    Position remember(Draft draft) throws SQLException {
        if (id == 0) {
            create();
            // No event will ever make it due.
            database.change("UPDATE channel SET due = ? WHERE id = ?", draft.timestamp(), id);
        }
        note(draft);
        return new Position(epoch, newest);
    }

    private void note(Draft draft) throws SQLException {
        database.change(
                "INSERT OR REPLACE INTO answer (channel, id, offset, timestamp) VALUES (?, ?, ?, ?)",
                id,
                draft.id(),
                newest,
                draft.timestamp());
    }

    private void create() throws SQLException {
        database.change(
                "INSERT INTO channel (tenant, name, generation, newest, newest_time, oldest, gone_sequence, gone_time)"
                        + " VALUES (?, ?, ?, 0, 0, 1, 0, 0)",
                key.tenant(),
                key.channel().name(),
                Long.parseLong(epoch.substring(epoch.lastIndexOf('-') + 1), 36));
        id = database.number("SELECT last_insert_rowid()");
    }

    /** Writes what has changed. */
    void save(long now) throws SQLException {
        if (id == 0) {
            return;
        }
        database.change("UPDATE channel SET newest = ?, newest_time = ? WHERE id = ?", newest, newestTime, id);
        if (newest - oldest >= retention.size() + Trimming.slack(retention)) {
            due = now;
            dueChanged = true;
        }
        // Apart, for it is seldom, and has an index to be kept.
        if (dueChanged) {
            database.change("UPDATE channel SET due = ? WHERE id = ?", due, id);
        }
        if (stateChanged) {
            saveState(state);
        }
    }

    private void saveState(@Nullable Json data) throws SQLException {
        if (data == null) {
            database.change("DELETE FROM state WHERE channel = ?", id);
        } else {
            database.change(
                    "INSERT OR REPLACE INTO state (channel, data, offset, timestamp) VALUES (?, CAST(? AS TEXT), ?, ?)",
                    id,
                    data.utf8(),
                    stateOffset,
                    stateTime);
        }
    }
}
