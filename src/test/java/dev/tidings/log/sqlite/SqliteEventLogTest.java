package dev.tidings.log.sqlite;

import dev.tidings.log.EventLog;
import dev.tidings.log.EventLogContract;
import dev.tidings.log.Retention;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class SqliteEventLogTest extends EventLogContract {
    @TempDir
    Path directory;

    private EventLog opened;

    @Override
    protected EventLog open(Retention.Policy retention, Clock clock) {
        SqliteSettings settings = new SqliteSettings(directory.resolve("log.db"), 10_000, Duration.ofSeconds(2));
        opened = SqliteEventLog.open(settings, retention, clock);
        return opened;
    }

    @Override
    protected EventLog openAnother(Retention.Policy retention, Clock clock) {
        return opened;
    }
}
