package dev.tidings.log.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks where some shards stand. */
final class ShardCheck {
    private final Keys keys;
    private final Shards shards;
    private final List<Integer> which;
    private final Duration timeout;

    ShardCheck(Keys keys, Shards shards, List<Integer> which, Duration timeout) {
        this.keys = keys;
        this.shards = shards;
        this.which = which;
        this.timeout = timeout;
    }

    List<Integer> shards() {
        return which;
    }

    /**
     * Asks all of them at once. The marks are in the order of the shards; empty where the server is there but does not say,
     * as when its disk is full. Fails when the server is of no use.
     */
    Future<List<Optional<Shards.Mark>>> run(RedisConnection on) {
        List<Future<Optional<Shards.Mark>>> answers = new ArrayList<>();
        for (int shard : which) {
            Call call = new Call(Script.CHECK, keys, shard, shards.token(), List.of(), shards.told(shard), timeout);
            answers.add(on.send(call.request(shards, false))
                    .recover(failure -> Refusal.of(failure) == Refusal.UNKNOWN_SCRIPT
                            ? on.send(call.request(shards, true))
                            : Future.failedFuture(failure))
                    .map(answer -> Optional.of(shards.note(shard, Objects.requireNonNull(answer))))
                    .recover(failure -> Refusal.of(failure) == Refusal.REFUSED
                            ? Future.succeededFuture(Optional.empty())
                            : Future.failedFuture(failure)));
        }
        return Future.all(answers)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .map(all -> all.<Optional<Shards.Mark>>list());
    }
}
