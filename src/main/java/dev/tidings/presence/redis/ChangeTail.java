package dev.tidings.presence.redis;

import dev.tidings.log.redis.HeldConnection;
import dev.tidings.log.redis.Keys;
import dev.tidings.presence.Change;
import dev.tidings.presence.Roster;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes of some shards as they come, over a connection of its own, and tells the followers. Used on one event loop
 * only.
 *
 * <p>Where it stands does not survive the connection: on each new one, and when it finds a hole, followers are told that
 * something was lost. Every second it checks where the shards stand, which is how it hears that Redis has lost its data, or
 * that its server has become a replica.
 */
final class ChangeTail implements HeldConnection.Owner {
    private static final Logger LOG = Logger.getLogger(ChangeTail.class);
    private static final int PAGE = 1000;
    private static final long BLOCK_MS = 1000;

    /** An answer to a read that has not come by then does not come: the server is hung. */
    private static final long PATIENCE_MS = BLOCK_MS + 1000;

    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HeldConnection held;
    private final ScriptCalls scripts;
    private final Announcer announcer;
    private final List<Roster.Follower> followers;
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Place> byStream = new HashMap<>();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private long checkedNanos;

    /** How far a shard has been told. */
    private static final class Place {
        private final int shard;
        private final String stream;
        private String epoch = "";
        private long told;

        /** True when something before what it stands at was not told. */
        private boolean holed;

        Place(int shard, String stream) {
            this.shard = shard;
            this.stream = stream;
        }
    }

    /**
     * @param announcer knows which members are this instance's own
     * @param followers may grow; whoever is in it is told
     */
    ChangeTail(
            Vertx vertx,
            Context loop,
            RedisOptions options,
            Keys keys,
            List<Integer> shards,
            Announcer announcer,
            List<Roster.Follower> followers,
            Timing timing) {
        this.held = new HeldConnection(vertx, loop, options, this, "presence changes of shards " + shards);
        this.scripts = new ScriptCalls(keys, timing.timeout());
        this.announcer = announcer;
        this.followers = followers;
        for (int shard : shards) {
            Place place = new Place(shard, keys.presence(shard).get(1));
            places.add(place);
            byStream.put(place.stream, place);
        }
    }

    /** Completes when it has found its place for the first time. Safe on any thread. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    void close() {
        held.close();
    }

    @Override
    public void connected(RedisConnection connection) {
        check(connection, true);
    }

    @Override
    public void disconnected(Throwable cause) {
        // Finds its place anew.
    }

    /** Finds out where the shards stand. Between two reads: nothing is under way that is not told yet. */
    private void check(RedisConnection on, boolean first) {
        List<Future<Response>> answers = places.stream()
                .map(place -> scripts.call(on, Script.CHECK, place.shard, List.of()))
                .toList();
        Future.all(answers).onComplete(checked -> {
            if (!held.isCurrent(on)) {
                return;
            }
            if (checked.failed()) {
                held.drop(on, checked.cause());
                return;
            }
            checkedNanos = System.nanoTime();
            for (int i = 0; i < places.size(); i++) {
                Response mark = checked.result().resultAt(i);
                align(
                        places.get(i),
                        mark.get(0).toString(),
                        Long.parseLong(mark.get(1).toString()),
                        first);
            }
            held.steady();
            opened.complete(null);
            read(on);
        });
    }

    private void align(Place place, String epoch, long sequence, boolean first) {
        boolean forgotten = first || !epoch.equals(place.epoch) || sequence < place.told;
        if (forgotten || place.holed) {
            place.epoch = epoch;
            place.told = sequence;
            place.holed = false;
            followers.forEach(follower -> follower.lost(place.shard, sequence, forgotten));
        }
    }

    private void read(RedisConnection on) {
        List<Object> words = new ArrayList<>(List.of("COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS"));
        places.forEach(place -> words.add(place.stream));
        places.forEach(place -> words.add(place.told + "-0"));
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
                    boolean whole = true;
                    if (answer.result() != null) {
                        for (Response stream : answer.result()) {
                            whole &= tellOf(stream);
                        }
                    }
                    if (!whole || System.nanoTime() - checkedNanos >= CHECK_NANOS) {
                        check(on, false);
                    } else {
                        read(on);
                    }
                });
    }

    /** Tells what a stream has that is new; false when there is a hole before it, which may mean a new epoch. */
    private boolean tellOf(Response stream) {
        Place place = byStream.get(stream.get(0).toString());
        Response entries = stream.get(1);
        if (place == null || entries.size() == 0) {
            return true;
        }
        long last = sequence(entries.get(entries.size() - 1));
        if (sequence(entries.get(0)) != place.told + 1) {
            place.holed = true;
            return false;
        }
        place.told = last;
        List<Change> changes = new ArrayList<>(entries.size());
        for (Response entry : entries) {
            Change change = decode(place, entry);
            if (change != null) {
                changes.add(change);
            }
        }
        List<Change> news = List.copyOf(changes);
        followers.forEach(follower -> follower.changed(place.shard, last, news));
        return true;
    }

    private @Nullable Change decode(Place place, Response entry) {
        Response pair = entry.get(1);
        String kind = pair.get(0).toString();
        try {
            Entry read = Entry.parse(pair.get(1).toString());
            if (kind.equals("reaped") && announcer.wants(place.shard, read.place())) {
                // The others believed this instance dead; it is about to announce its members again.
                return null;
            }
            Change.Kind what = kind.equals("joined") ? Change.Kind.JOINED : Change.Kind.LEFT;
            return new Change(sequence(entry), read.key(), what, read.presence());
        } catch (RuntimeException e) {
            LOG.errorf(e, "Entry %s of %s cannot be read", entry.get(0), place.stream);
            return null;
        }
    }

    private static long sequence(Response entry) {
        String id = entry.get(0).toString();
        return Long.parseLong(id, 0, id.indexOf('-'), 10);
    }
}
