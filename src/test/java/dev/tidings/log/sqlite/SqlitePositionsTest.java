package dev.tidings.log.sqlite;

import static dev.tidings.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Position;
import dev.tidings.log.ClockedPositionsContract;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlitePositionsTest extends ClockedPositionsContract {
    private static final DurablePositions.Settings SETTINGS = new DurablePositions.Settings(1_000_000, 10);

    @TempDir
    Path directory;

    private EventLog opened;

    private TestFile file(String name) {
        return new TestFile(directory.resolve(name), clock);
    }

    @Override
    protected EventLog open(Clock clock) {
        opened = file("log.db").open().log();
        return opened;
    }

    @Override
    protected EventLog openAnother(Clock clock) {
        return opened;
    }

    @Test
    void positionsAreThereAgainAfterARestart() {
        TestFile file = file("again.db");
        try (EventLog log = file.open().log()) {
            get(log.positions(SETTINGS).acknowledge(Map.of(NAME, new Position("e", 7))));
        }
        try (EventLog log = file.open().log()) {
            assertThat(get(log.positions(SETTINGS).find(NAME))).contains(new Position("e", 7));
        }
    }

    /** As one that was made before there were durable subscriptions. */
    @Test
    void aFileWithoutTheTableGetsIt() throws SQLException {
        TestFile file = file("earlier.db");
        try (EventLog log = file.open().log()) {
            new TestLog(log, clock).fill(TestLog.key("jobs:1"), 3);
        }
        file.run("DROP TABLE durable");
        try (EventLog log = file.open().log()) {
            get(log.positions(SETTINGS).begin(NAME, new Position("e", 7)));
            assertThat(new TestLog(log, clock)
                            .head(TestLog.key("jobs:1"))
                            .newest()
                            .offset())
                    .isEqualTo(3);
        }
        assertThat(file.number("SELECT offset FROM durable")).isEqualTo(7);
    }

    @Test
    void aQuietChannelKeepsItsNumberingForWhoMayComeBack() {
        TestFile file = file("log.db");
        TestLog calls = new TestLog(log, clock);
        calls.fill(TestLog.key("jobs:left"), 3);
        get(positions.begin(NAME, calls.fill(TestLog.key("jobs:1"), 3)));
        clock.advance(Duration.ofMinutes(10));
        awaitNumber(file, "SELECT count(*) FROM event", 0);
        clock.advance(Duration.ofDays(6));
        awaitNumber(file, "SELECT count(*) FROM channel WHERE name = 'jobs:left'", 0);
        awaitNumber(file, "SELECT count(*) FROM channel WHERE name = 'jobs:1' AND due > " + clock.millis(), 1);
    }

    private static void awaitNumber(TestFile file, String sql, long number) {
        Awaitility.await(sql).until(() -> file.number(sql) == number);
    }

    @Test
    void aClosedLogSaysSo() {
        EventLog log = file("closed.db").open().log();
        DurablePositions positions = log.positions(SETTINGS);
        log.close();
        Assertions.assertThatThrownBy(() -> get(positions.find(NAME))).isInstanceOf(LogUnavailable.class);
        Assertions.assertThatThrownBy(() -> get(positions.begin(NAME, new Position("e", 1))))
                .isInstanceOf(LogUnavailable.class);
    }
}
