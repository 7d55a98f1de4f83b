package dev.tidings.log.redis;

import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of some shards as they grow, over a connection of its own, and tells the followers. What each shard has
 * been told up to survives the connection; what came meanwhile is read from there.
 *
 * <p>Every second, and first on each connection, it checks where the shards stand. That is how it hears of a new epoch
 * when nothing is appended, and how it finds out that its server has become a replica: reading alone would go on there,
 * and nothing would ever come.
 */
final class Tail implements HeldConnection.Owner {
    private static final Logger LOG = Logger.getLogger(Tail.class);
    private static final int PAGE = 1000;
    private static final long BLOCK_MS = 1000;

    /** An answer to a read that has not come by then does not come: the server is hung. */
    private static final long PATIENCE_MS = BLOCK_MS + 1000;

    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HeldConnection held;
    private final ShardCheck check;
    private final Shards shards;
    private final List<EventLog.Follower> followers;
    private final Map<String, Position> byLog = new HashMap<>();
    private final List<Position> positions = new ArrayList<>();
    private final EventBytes bytes = new EventBytes();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private long checkedNanos;

    /** How far a shard has been told. */
    private static final class Position {
        private final int shard;
        private final String log;

        /** Null until the shard has been seen for the first time. */
        private @Nullable String epoch;

        private long told;

        Position(int shard, String log) {
            this.shard = shard;
            this.log = log;
        }
    }

    /** @param followers may grow; whoever is in it is told */
    Tail(
            Vertx vertx,
            Context loop,
            RedisOptions options,
            ShardCheck check,
            Keys keys,
            Shards shards,
            List<EventLog.Follower> followers) {
        this.held = new HeldConnection(vertx, loop, options, this, "following shards " + check.shards());
        this.check = check;
        this.shards = shards;
        this.followers = followers;
        for (int shard : check.shards()) {
            Position position = new Position(shard, keys.log(shard));
            positions.add(position);
            byLog.put(position.log, position);
        }
    }

    /** Completes when it has found its place for the first time. Safe on any thread. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    /** Safe on any thread. */
    void close() {
        held.close();
    }

    @Override
    public void connected(RedisConnection connection) {
        check(connection);
    }

    @Override
    public void disconnected(Throwable cause) {
        // Goes on from where it is.
    }

    private void check(RedisConnection on) {
        check.run(on).onComplete(checked -> {
            if (!held.isCurrent(on)) {
                return;
            }
            if (checked.failed()) {
                held.drop(on, checked.cause());
                return;
            }
            checkedNanos = System.nanoTime();
            List<Optional<Shards.Mark>> marks = checked.result();
            for (int i = 0; i < marks.size(); i++) {
                Position position = positions.get(i);
                marks.get(i).ifPresent(mark -> align(position, mark));
            }
            held.steady();
            if (positions.stream().allMatch(position -> position.epoch != null)) {
                opened.complete(null);
            }
            read(on);
        });
    }

    /** Takes note of where a shard stands. Between two reads: nothing is under way that is not told yet. */
    private void align(Position position, Shards.Mark mark) {
        if (mark.epoch().equals(position.epoch) && mark.sequence() >= position.told) {
            return;
        }
        position.epoch = mark.epoch();
        position.told = mark.sequence();
        shards.told(position.shard, position.told, null);
        // Also the first time: whoever follows already may have read where the log stood before this.
        tell(follower -> follower.lost(position.shard));
    }

    private void read(RedisConnection on) {
        List<Object> words = new ArrayList<>(List.of("COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS"));
        positions.forEach(position -> words.add(position.log));
        positions.forEach(position -> words.add(position.told + "-18446744073709551615"));
        on.send(Request.cmd(Command.XREAD, words.toArray()))
                .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .onComplete(answer -> {
                    if (!held.isCurrent(on)) {
                        return;
                    }
                    if (answer.failed()) {
                        held.drop(on, answer.cause());
                        return;
                    }
                    if (answer.result() != null) {
                        answer.result().forEach(this::tellOf);
                    }
                    if (System.nanoTime() - checkedNanos >= CHECK_NANOS) {
                        check(on);
                    } else {
                        read(on);
                    }
                });
    }

    /** @param stream the name of a shard's log, and its entries */
    private void tellOf(Response stream) {
        Position position = byLog.get(stream.get(0).toString());
        Response entries = stream.get(1);
        if (position == null || entries.size() == 0) {
            return;
        }
        long first = Answers.first(entries.get(0).get(0).toString());
        long last = Answers.first(entries.get(entries.size() - 1).get(0).toString());
        boolean missed = first != position.told + 1;
        position.told = last;
        shards.told(position.shard, last, entries.get(entries.size() - 1));
        if (missed) {
            tell(follower -> follower.lost(position.shard));
        }
        if (!followers.isEmpty()) {
            List<Event> events = decode(position, entries);
            if (!events.isEmpty()) {
                tell(follower -> follower.appended(position.shard, events));
            }
        }
    }

    private List<Event> decode(Position position, Response entries) {
        List<Event> events = new ArrayList<>(entries.size());
        for (Response entry : entries) {
            try {
                events.add(decode(entry, bytes));
            } catch (RuntimeException e) {
                LOG.errorf(e, "Entry %s of %s cannot be read", entry.get(0), position.log);
                tell(follower -> follower.lost(position.shard));
            }
        }
        return List.copyOf(events);
    }

    /** Decodes an entry of a shard's log. */
    static Event decode(Response entry, EventBytes bytes) {
        String id = entry.get(0).toString();
        Response pair = entry.get(1);
        return bytes.decode(pair.get(1).toBytes(), pair.get(0).toString(), Answers.second(id), Answers.first(id));
    }

    private void tell(Consumer<EventLog.Follower> what) {
        for (EventLog.Follower follower : followers) {
            try {
                what.accept(follower);
            } catch (RuntimeException e) {
                LOG.error("A follower of the log failed", e);
            }
        }
    }
}
