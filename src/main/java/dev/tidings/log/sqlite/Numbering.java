package dev.tidings.log.sqlite;

import java.sql.SQLException;

/**
 * The numbering of the whole log at one moment: the row of the table of this name.
 *
 * @param sequence of the newest event
 */
record Numbering(String epoch, long generation, long sequence) {
    static Numbering read(Database database) throws SQLException {
        Numbering numbering = database.first(
                "SELECT epoch, generation, sequence FROM numbering",
                row -> new Numbering(row.getString(1), row.getLong(2), row.getLong(3)));
        if (numbering == null) {
            throw new SQLException("the table numbering is empty");
        }
        return numbering;
    }

    /** The epoch of a channel of a generation. */
    String epochOf(long generation) {
        return epoch + '-' + Long.toString(generation, 36);
    }
}
