package dev.tidings.log.sqlite;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The numbering of the whole log at one moment: the row of the table of this name.
 *
 * @param generation of the channels that are new
 * @param sequence of the newest event
 * @param forgotten sequence number of the newest event of all channels that have been forgotten
 */
record Numbering(String epoch, long generation, long sequence, long forgotten) {
    static Numbering read(Database database) throws SQLException {
        Numbering numbering = database.first(
                "SELECT epoch, generation, sequence, forgotten FROM numbering",
                row -> new Numbering(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)));
        if (numbering == null) {
            throw new SQLException("the table numbering is empty");
        }
        return numbering;
    }

    /** One that has not been before. It does not count: clients see it in epochs. */
    static long newGeneration() {
        return ThreadLocalRandom.current().nextLong(1L << 50);
    }

    /** The epoch of a channel of a generation. */
    String epochOf(long generation) {
        return epoch + '-' + Long.toString(generation, 36);
    }
}
