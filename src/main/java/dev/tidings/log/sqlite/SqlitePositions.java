package dev.tidings.log.sqlite;

import dev.tidings.event.Position;
import dev.tidings.log.DurableName;
import dev.tidings.log.DurablePositions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Positions in the file of a log. What is stored shares the transactions of events, and so their flushes to disk. */
final class SqlitePositions implements DurablePositions {
    /** Positions stored in one transaction; a few ms of the writer's time at most. */
    private static final int BATCH = 250;

    /** Positions forgotten in one transaction. */
    private static final int SLICE = 1000;

    private static final String WHERE = " WHERE tenant = ? AND subject = ? AND name = ? AND channel = ?";

    private final Writer writer;
    private final Readers readers;
    private final Visits visits;
    private final Duration timeout;
    private final Settings settings;
    private final Clock clock;

    /** @param timeout how long to wait for a beginning to be on disk */
    SqlitePositions(Writer writer, Readers readers, Visits visits, Duration timeout, Settings settings, Clock clock) {
        this.writer = writer;
        this.readers = readers;
        this.visits = visits;
        this.timeout = timeout;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<Position>> find(DurableName name) {
        return readers.read(database -> Optional.ofNullable(kept(database, name)));
    }

    @Override
    public CompletionStage<Optional<Position>> begin(DurableName name, Position start) {
        return Readers.inTime(writer.change(database -> begin(database, name, start)), timeout);
    }

    private Optional<Position> begin(Database database, DurableName name, Position start) throws SQLException {
        forget(database);
        Position kept = kept(database, name);
        if (kept == null && count(database, name) >= settings.perSubject()) {
            return Optional.empty();
        }
        Position position = kept == null ? start : kept;
        keep(database, name, position);
        return Optional.of(position);
    }

    @Override
    public CompletionStage<Void> acknowledge(Map<DurableName, Position> positions) {
        List<Map.Entry<DurableName, Position>> all = List.copyOf(positions.entrySet());
        List<CompletableFuture<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Map.Entry<DurableName, Position>> some = all.subList(from, Math.min(all.size(), from + BATCH));
            parts.add(writer.change(database -> acknowledge(database, some)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private int acknowledge(Database database, List<Map.Entry<DurableName, Position>> some) throws SQLException {
        forget(database);
        Numbering numbering = Numbering.read(database);
        for (Map.Entry<DurableName, Position> each : some) {
            DurableName name = each.getKey();
            Position kept = kept(database, name);
            Position position = each.getValue();
            if (kept != null && !kept.equals(position)) {
                position = DurablePositions.forward(kept, position, epoch(database, numbering, name));
            }
            keep(database, name, position);
        }
        return some.size();
    }

    private String epoch(Database database, Numbering numbering, DurableName name) throws SQLException {
        String epoch = database.first(
                "SELECT generation FROM channel WHERE tenant = ? AND name = ?",
                row -> numbering.epochOf(row.getLong(1)),
                name.channel().tenant(),
                name.channel().channel().name());
        return epoch != null
                ? epoch
                : numbering.epochOf(visits.unused(name.channel(), clock.millis(), numbering.generation()));
    }

    private @Nullable Position kept(Database database, DurableName name) throws SQLException {
        return database.first(
                "SELECT epoch, offset FROM durable" + WHERE + " AND touched >= ?",
                row -> new Position(row.getString(1), row.getLong(2)),
                name.channel().tenant(),
                name.subject(),
                name.name(),
                name.channel().channel().name(),
                oldest());
    }

    private void keep(Database database, DurableName name, Position position) throws SQLException {
        database.change(
                "INSERT OR REPLACE INTO durable (tenant, subject, name, channel, epoch, offset, touched)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                name.channel().tenant(),
                name.subject(),
                name.name(),
                name.channel().channel().name(),
                position.epoch(),
                position.offset(),
                clock.millis());
    }

    private static long count(Database database, DurableName name) throws SQLException {
        return database.number(
                "SELECT count(*) FROM durable WHERE tenant = ? AND subject = ?",
                name.channel().tenant(),
                name.subject());
    }

    private void forget(Database database) throws SQLException {
        database.change(
                "DELETE FROM durable WHERE (tenant, subject, name, channel) IN (SELECT tenant, subject, name, channel"
                        + " FROM durable WHERE touched < ? ORDER BY touched LIMIT ?)",
                oldest(),
                SLICE);
    }

    private long oldest() {
        return clock.millis() - settings.keepMs();
    }
}
