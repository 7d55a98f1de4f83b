package dev.tidings.log.redis;

import dev.tidings.log.LogUnavailable;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A script to be run for a shard. May be sent again when it is not known whether it ran: it says the same each time, but
 * for what is known of the shard.
 */
final class Call {
    private final Script script;
    private final Keys names;
    private final int shard;
    private final String token;
    private final List<?> keys;
    private final List<?> arguments;
    private final long deadlineNanos;
    private final CompletableFuture<Response> answer = new CompletableFuture<>();
    private int sending;

    /**
     * @param token never used before
     * @param keys those after the shard's own two
     * @param arguments those after the first four
     */
    Call(Script script, Keys names, int shard, String token, List<?> keys, List<?> arguments, Duration timeout) {
        this.script = script;
        this.names = names;
        this.shard = shard;
        this.token = token;
        this.keys = keys;
        this.arguments = arguments;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    Script script() {
        return script;
    }

    int shard() {
        return shard;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Completes with what Redis answered, or with {@link LogUnavailable}. */
    CompletableFuture<Response> answer() {
        return answer;
    }

    void fail(String why) {
        answer.completeExceptionally(new LogUnavailable(why));
    }

    /** Begins a sending; what any sending before it is answered no longer counts. */
    int nextSending() {
        return ++sending;
    }

    boolean isCurrent(int which) {
        return sending == which && !answer.isDone();
    }

    /** @param whole sends the script itself instead of its digest, for a server that does not know it */
    Request request(Shards shards, boolean whole) {
        Shards.Mark known = shards.mark(shard);
        Object[] words = new Object[2 + 2 + keys.size() + 4 + arguments.size()];
        int at = 0;
        words[at++] = whole ? script.text() : script.digest();
        words[at++] = 2 + keys.size();
        words[at++] = names.shard(shard);
        words[at++] = names.log(shard);
        for (Object key : keys) {
            words[at++] = key;
        }
        words[at++] = token;
        words[at++] = known.epoch();
        words[at++] = known.sequence();
        words[at++] = shards.deadline(shard, deadlineNanos);
        for (Object argument : arguments) {
            words[at++] = argument;
        }
        return Request.cmd(whole ? Command.EVAL : Command.EVALSHA, words);
    }
}
