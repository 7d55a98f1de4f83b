package dev.tidings.log.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls, one after the other without waiting for answers, over one held connection.
 *
 * <p>When the connection breaks, what was not answered is sent again over the next one, in the same order and before
 * anything newer, until its deadline. A call that is not answered by its deadline fails, and takes the connection with
 * it: it may be hung. While there is no connection calls wait for one, but not once it has been gone for as long as a
 * call may take: then they fail at once.
 *
 * <p>A new connection is used once every shard has been checked on it, so that what was lost meanwhile shows before
 * anything is added to it.
 */
final class Calls implements HeldConnection.Owner {
    /** How many calls may be under way. */
    static final int WINDOW = 1000;

    private final Vertx vertx;
    private final Context loop;
    private final Shards shards;
    private final ShardCheck check;
    private final HeldConnection held;
    private final long timeoutNanos;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    /** Both have the nearest deadline first, for all calls have the same time. */
    private final Deque<Call> waiting = new ArrayDeque<>();

    private final SequencedSet<Call> sent = new LinkedHashSet<>();

    /** Null while there is none to be used. */
    private @Nullable RedisConnection ready;

    private long goneSinceNanos = System.nanoTime();
    private boolean timerSet;
    private boolean closed;

    Calls(Vertx vertx, Context loop, RedisOptions options, Shards shards, ShardCheck check, Duration timeout) {
        this.vertx = vertx;
        this.loop = loop;
        this.shards = shards;
        this.check = check;
        this.held = new HeldConnection(vertx, loop, options, this, "calls");
        this.timeoutNanos = timeout.toNanos();
    }

    /** Completes when there is a connection for the first time. Safe on any thread. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    /** Safe on any thread. */
    CompletableFuture<Response> send(Call call) {
        loop.runOnContext(unused -> accept(call));
        return call.answer();
    }

    /** Safe on any thread. */
    void close() {
        loop.runOnContext(unused -> {
            closed = true;
            disconnected(new IllegalStateException("the log is closed"));
            held.close();
        });
    }

    private void accept(Call call) {
        if (closed || (ready == null && System.nanoTime() - goneSinceNanos > timeoutNanos)) {
            call.fail(gone());
            return;
        }
        waiting.add(call);
        sendWaiting();
        setTimer();
    }

    private void sendWaiting() {
        while (ready != null && sent.size() < WINDOW && !waiting.isEmpty()) {
            dispatch(ready, waiting.remove(), false);
        }
    }

    private void dispatch(RedisConnection on, Call call, boolean whole) {
        sent.add(call);
        int sending = call.nextSending();
        on.send(call.request(shards, whole)).onComplete(answer -> {
            // Else it was given up, or sent again, meanwhile.
            if (call.isCurrent(sending)) {
                answered(on, call, whole, answer);
            }
        });
    }

    private void answered(RedisConnection on, Call call, boolean whole, AsyncResult<Response> answer) {
        if (answer.succeeded()) {
            sent.remove(call);
            Response response = answer.result();
            shards.note(call.shard(), response);
            if (isTooLate(call, response)) {
                // By its clock, of which more is known now than when the call was sent.
                waiting.addFirst(call);
            } else {
                call.answer().complete(response);
            }
            sendWaiting();
            return;
        }
        Throwable failure = answer.cause();
        switch (Refusal.of(failure)) {
            case UNKNOWN_SCRIPT -> {
                if (whole) {
                    held.drop(on, failure);
                } else {
                    dispatch(on, call, true);
                }
            }
            case REFUSED -> {
                sent.remove(call);
                call.fail("Redis refused: " + failure.getMessage());
                sendWaiting();
            }
            case BROKEN -> held.drop(on, failure);
        }
    }

    private static boolean isTooLate(Call call, Response response) {
        return call.script() == Script.APPEND && response.get(3) == null;
    }

    @Override
    public void connected(RedisConnection connection) {
        check.run(connection).onComplete(checked -> {
            if (!held.isCurrent(connection)) {
                return;
            }
            if (checked.failed()) {
                held.drop(connection, checked.cause());
                return;
            }
            held.steady();
            ready = connection;
            sendWaiting();
            opened.complete(null);
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        if (ready != null) {
            ready = null;
            goneSinceNanos = System.nanoTime();
        }
        for (Call call : sent.reversed()) {
            call.nextSending();
            waiting.addFirst(call);
        }
        sent.clear();
        if (closed) {
            waiting.forEach(call -> call.fail(gone()));
            waiting.clear();
        }
        setTimer();
    }

    private void setTimer() {
        if (timerSet || (sent.isEmpty() && waiting.isEmpty())) {
            return;
        }
        long next = Long.MAX_VALUE;
        long now = System.nanoTime();
        if (!sent.isEmpty()) {
            next = sent.getFirst().deadlineNanos() - now;
        }
        if (!waiting.isEmpty()) {
            next = Math.min(next, waiting.getFirst().deadlineNanos() - now);
            if (ready == null) {
                next = Math.min(next, goneSinceNanos + timeoutNanos - now);
            }
        }
        timerSet = true;
        vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(next) + 1), unused -> {
            timerSet = false;
            expire();
            setTimer();
        });
    }

    private void expire() {
        long now = System.nanoTime();
        List<Call> expired = new ArrayList<>();
        while (!sent.isEmpty() && sent.getFirst().deadlineNanos() - now <= 0) {
            expired.add(sent.removeFirst());
        }
        boolean hung = !expired.isEmpty();
        boolean hopeless = ready == null && now - goneSinceNanos >= timeoutNanos;
        while (!waiting.isEmpty() && (hopeless || waiting.getFirst().deadlineNanos() - now <= 0)) {
            expired.add(waiting.remove());
        }
        if (hung && ready != null) {
            held.drop(ready, new IllegalStateException("no answer in time"));
        }
        String why = hopeless ? gone() : "Redis did not answer in time";
        expired.forEach(call -> call.fail(why));
    }

    private String gone() {
        // Why is in the log: it may name addresses, which are nothing for those who call.
        return closed ? "the log is closed" : "Redis cannot be reached";
    }
}
