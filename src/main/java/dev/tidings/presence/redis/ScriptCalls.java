package dev.tidings.presence.redis;

import dev.tidings.log.redis.Keys;
import dev.tidings.log.redis.Refusal;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Runs scripts. */
final class ScriptCalls {
    private final Keys keys;
    private final Duration timeout;

    ScriptCalls(Keys keys, Duration timeout) {
        this.keys = keys;
        this.timeout = timeout;
    }

    /** A text that nobody has ever made before. */
    static String token() {
        // 62 random bits.
        return Long.toUnsignedString(UUID.randomUUID().getLeastSignificantBits(), 36);
    }

    /** @param arguments those after the first */
    Future<Response> call(RedisConnection on, Script script, int shard, List<?> arguments) {
        return send(on, script, shard, arguments, false)
                .recover(failure -> Refusal.of(failure) == Refusal.UNKNOWN_SCRIPT
                        ? send(on, script, shard, arguments, true)
                        : Future.failedFuture(failure));
    }

    /** @param whole sends the script itself instead of its digest, for a server that does not know it */
    private Future<Response> send(RedisConnection on, Script script, int shard, List<?> arguments, boolean whole) {
        List<Object> words = new ArrayList<>();
        List<String> names = keys.presence(shard);
        words.add(whole ? script.text() : script.digest());
        words.add(names.size());
        words.addAll(names);
        words.add(token());
        words.addAll(arguments);
        return on.send(Request.cmd(whole ? Command.EVAL : Command.EVALSHA, words.toArray()))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .map(Objects::requireNonNull);
    }
}
