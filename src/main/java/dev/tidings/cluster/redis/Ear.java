package dev.tidings.cluster.redis;

import dev.tidings.log.redis.HeldConnection;
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

/** Reads some streams of notes as they grow. Used on one event loop only. */
final class Ear implements HeldConnection.Owner {
    private static final Logger LOG = Logger.getLogger(Ear.class);
    private static final int PAGE = 500;
    private static final long BLOCK_MS = 1000;

    /** An answer to a read that has not come by then does not come: the server is hung. */
    private static final long PATIENCE_MS = BLOCK_MS + 1000;

    private static final String BEGINNING = "0-0";

    private final HeldConnection held;
    private final Hearer hearer;
    private final List<String> streams;

    /** The id up to which each stream has been heard; none for one that has never been looked at. */
    private final Map<String, String> heard = new HashMap<>();

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private @Nullable RedisConnection reading;

    /** Told on the loop. */
    interface Hearer {
        void heard(Note note);

        /** Everything in a stream up to this id has been heard. */
        void heardUpTo(String stream, String id);
    }

    Ear(Vertx vertx, Context loop, RedisOptions options, Hearer hearer, List<String> streams) {
        this.held = new HeldConnection(vertx, loop, options, this, "notes of other instances");
        this.hearer = hearer;
        this.streams = streams;
    }

    /** Completes when it listens for the first time. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    void close() {
        held.close();
    }

    /** Gives up the connection on which nothing is heard, if there is one. */
    void doubt(String why) {
        RedisConnection on = reading;
        if (on != null) {
            held.drop(on, new IllegalStateException(why));
        }
    }

    @Override
    public void connected(RedisConnection connection) {
        List<Future<String>> newest =
                streams.stream().map(stream -> newest(connection, stream)).toList();
        Future.all(newest).timeout(PATIENCE_MS, TimeUnit.MILLISECONDS).onComplete(found -> {
            if (!held.isCurrent(connection)) {
                return;
            }
            if (found.failed()) {
                held.drop(connection, found.cause());
                return;
            }
            for (int i = 0; i < streams.size(); i++) {
                align(streams.get(i), found.result().<String>resultAt(i));
            }
            held.steady();
            reading = connection;
            opened.complete(null);
            read(connection);
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        reading = null;
    }

    /** The id of its newest entry. */
    private static Future<String> newest(RedisConnection on, String stream) {
        return on.send(Request.cmd(Command.XREVRANGE, stream, "+", "-", "COUNT", 1))
                .map(entries -> entries == null || entries.size() == 0
                        ? BEGINNING
                        : entries.get(0).get(0).toString());
    }

    /** Begins with what comes next, goes on where it was, or begins anew where Redis has lost its data meanwhile. */
    private void align(String stream, String last) {
        String mine = heard.get(stream);
        if (mine == null || time(last) < time(mine)) {
            heard.put(stream, last);
        }
    }

    private static long time(String id) {
        return Long.parseLong(id, 0, id.indexOf('-'), 10);
    }

    private void read(RedisConnection on) {
        List<Object> words = new ArrayList<>(List.of("COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS"));
        words.addAll(streams);
        streams.forEach(stream -> words.add(heard.getOrDefault(stream, BEGINNING)));
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
                        answer.result().forEach(this::hear);
                    }
                    if (held.isCurrent(on)) {
                        read(on);
                    }
                });
    }

    /** @param stream its name and its entries */
    private void hear(Response stream) {
        String name = stream.get(0).toString();
        String last = heard.getOrDefault(name, BEGINNING);
        for (Response entry : stream.get(1)) {
            last = entry.get(0).toString();
            try {
                hearer.heard(Note.of(entry));
            } catch (IllegalArgumentException e) {
                LOG.errorf(e, "entry %s of %s cannot be read", last, name);
            }
        }
        heard.put(name, last);
        hearer.heardUpTo(name, last);
    }
}
