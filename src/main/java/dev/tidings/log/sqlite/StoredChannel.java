package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.Head;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A channel as it is in the file.
 *
 * @param id 0 when it is not there: it has never been used, or was forgotten
 * @param newest offset of its newest event
 * @param newestTime when it was used last
 */
record StoredChannel(
        long id,
        ChannelKey key,
        String epoch,
        long newest,
        long newestTime,
        @Nullable State state) {
    /** Columns of channel c and state s, as {@link #of} reads them. */
    static final String COLUMNS = "c.id, c.name, c.generation, c.newest, c.newest_time, s.data, s.offset, s.timestamp";

    static StoredChannel of(ResultSet row, ChannelKey key, Numbering numbering) throws SQLException {
        String epoch = numbering.epochOf(row.getLong(3));
        byte[] data = row.getBytes(6);
        State state = data == null
                ? null
                : new State(Json.trusted(data), new Position(epoch, row.getLong(7)), row.getLong(8));
        return new StoredChannel(row.getLong(1), key, epoch, row.getLong(4), row.getLong(5), state);
    }

    Head head() {
        return new Head(new Position(epoch, newest), state);
    }
}
