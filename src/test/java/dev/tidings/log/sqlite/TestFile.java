package dev.tidings.log.sqlite;

import dev.tidings.log.Retention;
import dev.tidings.log.TestLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import org.sqlite.SQLiteConfig;

/** The file of a log, as a test looks at it: by a log, or by SQL behind a log's back. */
record TestFile(Path path, Clock clock) {
    /** How far behind a cursor may be. */
    static final int WINDOW = 1000;

    TestLog open() {
        return open(namespace -> Retention.DEFAULT);
    }

    TestLog open(Retention.Policy retention) {
        return new TestLog(
                SqliteEventLog.open(new SqliteSettings(path, WINDOW, Duration.ofSeconds(2)), retention, clock), clock);
    }

    Connection connect() throws SQLException {
        return new SQLiteConfig().createConnection("jdbc:sqlite:" + path);
    }

    void run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
