package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.log.Appended;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A log of one shard in a SQLite file: for one instance at a time, and there again after a power cut. */
public final class SqliteEventLog implements EventLog {
    private static final int READERS = 4;

    private final LogFile file;
    private final SqliteSettings settings;
    private final Retention.Policy retention;
    private final Clock clock;
    private final Visits visits = new Visits();
    private final Readers readers;
    private final Writer writer;

    private SqliteEventLog(LogFile file, SqliteSettings settings, Retention.Policy retention, Clock clock)
            throws SQLException {
        this.file = file;
        this.settings = settings;
        this.retention = retention;
        this.clock = clock;
        this.writer = new Writer(file.writable(), settings, retention, visits, clock);
        List<Database> databases = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            databases.add(file.readable());
        }
        this.readers = new Readers(databases, settings.timeout());
    }

    /**
     * Opens the file, or makes it when there is none.
     *
     * @throws IllegalArgumentException in one line, when it cannot be the file of a log; it is as it was then
     */
    public static SqliteEventLog open(SqliteSettings settings, Retention.Policy retention, Clock clock) {
        LogFile file = LogFile.open(settings.file());
        try {
            SqliteEventLog log = new SqliteEventLog(file, settings, retention, clock);
            log.writer.start();
            return log;
        } catch (SQLException e) {
            file.close();
            throw file.refusal("cannot be used: " + e.getMessage());
        }
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public int shardOf(ChannelKey key) {
        return 0;
    }

    @Override
    public CompletionStage<List<Appended>> append(List<Draft> drafts) {
        return writer.append(drafts);
    }

    @Override
    public CompletionStage<Slice> read(ChannelKey key, Range range) {
        return readers.read(database -> {
            Numbering numbering = Numbering.read(database);
            StoredChannel stored = Reading.channel(database, numbering, key);
            long now = clock.millis();
            if (stored == null) {
                String epoch = numbering.epochOf(visits.unused(key, now, numbering.generation()));
                stored = new StoredChannel(0, key, epoch, 0, 0, null);
            } else {
                visits.used(key, now);
            }
            Retention kept = retention.of(key.channel().namespace());
            return new Reading(database, numbering, stored, kept, now).read(range);
        });
    }

    @Override
    public CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since) {
        return readers.read(database -> patterns(database).replay(tenant, pattern, since));
    }

    @Override
    public CompletionStage<List<Listing>> channels(
            String tenant, @Nullable ChannelPattern pattern, String after, int limit) {
        return readers.read(database -> patterns(database).list(tenant, pattern, after, limit));
    }

    @Override
    public CompletionStage<Set<String>> tenants() {
        return readers.read(database -> {
            Set<String> tenants = new HashSet<>();
            database.each("SELECT DISTINCT tenant FROM channel", row -> tenants.add(row.getString(1)));
            return tenants;
        });
    }

    private Patterns patterns(Database database) throws SQLException {
        return new Patterns(database, Numbering.read(database), retention, settings.window(), clock.millis());
    }

    @Override
    public DurablePositions positions(DurablePositions.Settings settings) {
        return new SqlitePositions(writer, readers, visits, this.settings.timeout(), settings, clock);
    }

    @Override
    public void follow(Follower follower) {
        writer.follow(follower);
    }

    /** Every call is answered first; those that nobody has begun with, by a refusal. */
    @Override
    public void close() {
        readers.close();
        writer.close();
        file.close();
    }
}
