package dev.tidings.presence.redis;

import dev.tidings.log.LogUnavailable;
import dev.tidings.log.redis.HeldConnection;
import dev.tidings.log.redis.Keys;
import dev.tidings.log.redis.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Redis at what this instance's connections want, and lets it know that the instance lives. Used on one event loop only.
 *
 * <p>For each connection to Redis the instance takes a new name. So whatever was still on its way over the connection before
 * is refused, should it arrive later, and nothing that was left behind unknown stays for longer than a lease.
 */
final class Announcer implements HeldConnection.Owner {
    /** Members in one call; a few ms of Redis's time at most. */
    private static final int BATCH = 200;

    /** Members of dead instances that one heartbeat removes. */
    private static final int REAP = 500;

    private static final long RETRY_MS = 250;

    private final Vertx vertx;
    private final ScriptCalls scripts;
    private final Timing timing;
    private final HeldConnection held;
    private final List<Register> registers;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    /** Null while there is none to be used. */
    private @Nullable RedisConnection ready;

    private String instance = ScriptCalls.token();
    private String former = "";
    private boolean used;
    private long steadySinceNanos;
    private long lastBeatNanos;
    private long timer;

    Announcer(Vertx vertx, Context loop, RedisOptions options, Keys keys, Timing timing) {
        this.vertx = vertx;
        this.scripts = new ScriptCalls(keys, timing.timeout());
        this.timing = timing;
        this.held = new HeldConnection(vertx, loop, options, this, "presence");
        this.registers =
                IntStream.range(0, keys.shards()).mapToObj(Register::new).toList();
    }

    /** Completes when there is a connection for the first time. Safe on any thread. */
    CompletableFuture<Void> open() {
        held.open();
        return opened;
    }

    /** @param closed completes when it is */
    void close(CompletableFuture<Void> closed) {
        vertx.cancelTimer(timer);
        RedisConnection on = ready;
        ready = null;
        // The others need not wait for the lease to run out then.
        List<Future<Response>> retired = on == null ? List.of() : each(on, Script.RETIRE, List.of(instance));
        Future.join(retired).onComplete(done -> {
            held.close();
            closed.complete(null);
        });
    }

    void join(int shard, String place, String details, CompletableFuture<Void> answer) {
        Register register = registers.get(shard);
        register.want(place, details, answer);
        say(register);
    }

    void leave(int shard, String place, String why) {
        Register register = registers.get(shard);
        register.forget(place, why);
        say(register);
    }

    /** True when a connection of this instance is or should be present. */
    boolean wants(int shard, String place) {
        return registers.get(shard).wants(place);
    }

    /** Asks something; fails with {@link LogUnavailable}. */
    void ask(Script script, int shard, List<?> arguments, CompletableFuture<Response> answer) {
        RedisConnection on = ready;
        if (on == null) {
            answer.completeExceptionally(new LogUnavailable("Redis cannot be reached"));
            return;
        }
        scripts.call(on, script, shard, arguments).onComplete(asked -> {
            if (asked.succeeded()) {
                answer.complete(asked.result());
            } else {
                troubled(on, asked.cause());
                answer.completeExceptionally(new LogUnavailable(
                        "Redis did not answer: " + asked.cause().getMessage()));
            }
        });
    }

    @Override
    public void connected(RedisConnection connection) {
        if (used) {
            former = instance;
            instance = ScriptCalls.token();
            used = false;
        }
        Future.all(each(connection, Script.REGISTER, List.of(instance, former))).onComplete(registered -> {
            if (!held.isCurrent(connection)) {
                return;
            }
            if (registered.failed()) {
                held.drop(connection, registered.cause());
                return;
            }
            held.steady();
            ready = connection;
            used = true;
            steadySinceNanos = System.nanoTime();
            lastBeatNanos = steadySinceNanos;
            timer = vertx.setPeriodic(timing.beat().toMillis(), unused -> beat(connection));
            registers.forEach(Register::doubt);
            registers.forEach(this::say);
            opened.complete(null);
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        ready = null;
        vertx.cancelTimer(timer);
        registers.forEach(Register::unsaid);
    }

    private List<Future<Response>> each(RedisConnection on, Script script, List<?> arguments) {
        return registers.stream()
                .map(register -> scripts.call(on, script, register.shard(), arguments))
                .toList();
    }

    private void say(Register register) {
        RedisConnection on = ready;
        List<Register.Word> words = on == null ? List.of() : register.next(BATCH);
        if (on == null || words.isEmpty()) {
            return;
        }
        List<String> arguments = new ArrayList<>(List.of(instance));
        for (Register.Word word : words) {
            arguments.add(word.place());
            arguments.add(word.details());
        }
        scripts.call(on, Script.ANNOUNCE, register.shard(), arguments).onComplete(answer -> {
            if (!on.equals(ready)) {
                return;
            }
            if (answer.failed()) {
                register.unsaid();
                troubled(on, answer.cause());
                vertx.setTimer(RETRY_MS, unused -> say(register));
            } else if (number(answer.result(), 2) == 0) {
                held.drop(on, new IllegalStateException("Redis does not know this instance any more"));
            } else {
                register.said();
                say(register);
            }
        });
    }

    private void beat(RedisConnection on) {
        long now = System.nanoTime();
        if (now - lastBeatNanos > timing.lease().toNanos() / 2) {
            // This instance was asleep: others may have been, too.
            steadySinceNanos = now;
        }
        lastBeatNanos = now;
        registers.forEach(register -> beat(on, register));
    }

    private void beat(RedisConnection on, Register register) {
        long steadyMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - steadySinceNanos);
        long changes = register.isSettled() ? register.changes() : -1;
        List<?> arguments = List.of(instance, timing.lease().toMillis(), steadyMs, REAP);
        scripts.call(on, Script.HEARTBEAT, register.shard(), arguments).onComplete(answer -> {
            if (!on.equals(ready)) {
                return;
            }
            if (answer.failed()) {
                steadySinceNanos = System.nanoTime();
                troubled(on, answer.cause());
                return;
            }
            long present = number(answer.result(), 2);
            if (present < 0 || (changes == register.changes() && present != register.size())) {
                held.drop(on, new IllegalStateException("Redis has lost members of this instance"));
            } else if (number(answer.result(), 3) == 1) {
                beat(on, register);
            }
        });
    }

    private void troubled(RedisConnection on, Throwable cause) {
        if (Refusal.of(cause) == Refusal.BROKEN) {
            held.drop(on, cause);
        }
    }

    private static long number(Response answer, int index) {
        return Objects.requireNonNull(answer.get(index).toLong());
    }
}
