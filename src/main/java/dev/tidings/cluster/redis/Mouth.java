package dev.tidings.cluster.redis;

import dev.tidings.log.LogUnavailable;
import dev.tidings.log.redis.HeldConnection;
import dev.tidings.log.redis.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes notes into streams. Used on one event loop only. */
final class Mouth implements HeldConnection.Owner {
    /** Notes that a stream keeps, give or take; whoever is further behind has missed some. */
    private static final int KEPT = 10_000;

    /** What is said to an instance that has died meanwhile goes by itself. */
    private static final int UNREAD_SECONDS = 60;

    private final HeldConnection held;
    private final long timeoutMs;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    /** Null while there is none to be used. */
    private @Nullable RedisConnection ready;

    Mouth(Vertx vertx, Context loop, RedisOptions options, Timing timing) {
        this.held = new HeldConnection(vertx, loop, options, this, "notes to other instances");
        this.timeoutMs = timing.timeout().toMillis();
    }

    /** Completes when there is a connection for the first time. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    void close() {
        held.close();
    }

    @Override
    public void connected(RedisConnection connection) {
        held.steady();
        ready = connection;
        opened.complete(null);
    }

    @Override
    public void disconnected(Throwable cause) {
        ready = null;
    }

    /**
     * @param passing true when the stream is one instance's, and need not outlive it
     * @param said completes when Redis has it; fails with {@link LogUnavailable}
     */
    void say(String stream, boolean passing, Note note, CompletableFuture<Void> said) {
        RedisConnection on = ready;
        if (on == null) {
            said.completeExceptionally(new LogUnavailable("other instances cannot be reached"));
            return;
        }
        Request add = Request.cmd(Command.XADD)
                .arg(stream)
                .arg("MAXLEN")
                .arg("~")
                .arg(KEPT)
                .arg("*")
                .arg("from")
                .arg(note.from())
                .arg("topic")
                .arg(note.topic())
                .arg("note")
                .arg(note.text());
        on.send(add).timeout(timeoutMs, TimeUnit.MILLISECONDS).onComplete(answer -> {
            if (answer.succeeded()) {
                said.complete(null);
                return;
            }
            if (Refusal.of(answer.cause()) == Refusal.BROKEN) {
                held.drop(on, answer.cause());
            }
            said.completeExceptionally(new LogUnavailable(
                    "other instances cannot be told: " + answer.cause().getMessage()));
        });
        if (passing) {
            on.send(Request.cmd(Command.EXPIRE).arg(stream).arg(UNREAD_SECONDS));
        }
    }

    /** Lets go of what has been read of a stream. */
    void forget(String stream, String before) {
        RedisConnection on = ready;
        if (on != null) {
            on.send(Request.cmd(Command.XTRIM).arg(stream).arg("MINID").arg(before));
        }
    }
}
