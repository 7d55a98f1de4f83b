package dev.tidings.log.sqlite;

import dev.tidings.log.LogUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A connection to the file, with its statements kept prepared. For one thread at a time. */
final class Database implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Database.class);

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** Makes something of a row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at a row; false to see no more. */
    interface Visitor {
        boolean visit(ResultSet row) throws SQLException;
    }

    Database(Connection connection) {
        this.connection = connection;
    }

    /** Runs statements that have no parameters. */
    void run(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    /** Changes rows; answers how many. */
    int change(String sql, @Nullable Object... values) throws SQLException {
        return prepare(sql, values).executeUpdate();
    }

    /** Shows the rows found to the visitor, who must not run the same statement meanwhile. */
    void each(String sql, Visitor visitor, @Nullable Object... values) throws SQLException {
        try (ResultSet rows = prepare(sql, values).executeQuery()) {
            boolean more = true;
            while (more && rows.next()) {
                more = visitor.visit(rows);
            }
        }
    }

    /** The first row found; null when there is none. */
    <T> @Nullable T first(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        try (ResultSet rows = prepare(sql, values).executeQuery()) {
            return rows.next() ? reader.read(rows) : null;
        }
    }

    /** The number in the first row found; 0 when there is none, or null in it. */
    long number(String sql, @Nullable Object... values) throws SQLException {
        Long number = first(sql, row -> row.getLong(1), values);
        return number == null ? 0 : number;
    }

    private PreparedStatement prepare(String sql, @Nullable Object[] values) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** What to tell those whose call failed. */
    static LogUnavailable unavailable(SQLException failure) {
        String reason = isFull(failure)
                ? "the disk that the log is on is full"
                : has(SQLiteErrorCode.SQLITE_BUSY, failure)
                        ? "another program is writing to the log's file"
                        : "the log's file cannot be used: " + failure.getMessage();
        return new LogUnavailable(reason, failure);
    }

    static boolean isFull(SQLException failure) {
        return has(SQLiteErrorCode.SQLITE_FULL, failure);
    }

    private static boolean has(SQLiteErrorCode code, SQLException failure) {
        return failure instanceof SQLiteException known && known.getResultCode() == code;
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.setAutoCommit(true);
    }

    /** Undoes what was begun, however far it had come. */
    void rollback() {
        // The driver does not run a statement again that has failed once.
        prepared.values().forEach(statement -> attempt(statement::close));
        prepared.clear();
        // Fails where SQLite has rolled back by itself, as it does when the disk is full, or where nothing had begun.
        attempt(connection::rollback);
        // Likewise; but then the driver knows that there is no transaction.
        attempt(() -> connection.setAutoCommit(true));
    }

    /** Something that may fail without harm. */
    private interface Attempt {
        void run() throws SQLException;
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (SQLException e) {
            LOG.debug("not needed, as it seems", e);
        }
    }

    /** What was committed is on disk, even if this fails: the next to open the file does what was left to be done. */
    @Override
    public void close() {
        attempt(connection::close);
    }
}
