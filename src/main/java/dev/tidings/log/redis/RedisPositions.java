package dev.tidings.log.redis;

import dev.tidings.event.Position;
import dev.tidings.log.DurableName;
import dev.tidings.log.DurablePositions;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Positions in Redis, each in its channel's shard: whatever happens to the one happens to the other. How many a subject has
 * is known only when all shards have been asked, which is done when a new one begins.
 */
final class RedisPositions implements DurablePositions {
    /** Positions in one script; a few ms of Redis's time at most. */
    private static final int BATCH = 250;

    private final Calls calls;
    private final Keys keys;
    private final Shards shards;
    private final Duration timeout;
    private final Settings settings;

    RedisPositions(Calls calls, Keys keys, Shards shards, Duration timeout, Settings settings) {
        this.calls = calls;
        this.keys = keys;
        this.shards = shards;
        this.timeout = timeout;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Optional<Position>> find(DurableName name) {
        return look(name, keys.shardOf(name.channel()), field(name))
                .thenApply(answer -> Optional.ofNullable(position(answer.get(3))));
    }

    @Override
    public CompletionStage<Optional<Position>> begin(DurableName name, Position start) {
        int shard = keys.shardOf(name.channel());
        List<CompletableFuture<Long>> others = IntStream.range(0, keys.shards())
                .filter(each -> each != shard)
                .mapToObj(each -> look(name, each, "").thenApply(answer -> Answers.number(answer.get(3))))
                .toList();
        return Stages.all(others)
                .thenCompose(counts -> {
                    long room = settings.perSubject()
                            - counts.stream().mapToLong(Long::longValue).sum();
                    List<Object> arguments =
                            List.of(settings.keepMs(), field(name), start.offset(), start.epoch(), Math.max(0, room));
                    return send(Script.BEGIN, shard, List.of(key(name, shard), meta(name, shard)), arguments);
                })
                .thenApply(answer -> Optional.ofNullable(position(answer.get(3))));
    }

    private CompletableFuture<Response> look(DurableName name, int shard, String field) {
        return send(Script.FIND, shard, List.of(key(name, shard)), List.of(settings.keepMs(), field));
    }

    @Override
    public CompletionStage<Void> acknowledge(Map<DurableName, Position> positions) {
        Map<Integer, List<Map.Entry<DurableName, Position>>> byShard = positions.entrySet().stream()
                .collect(
                        Collectors.groupingBy(each -> keys.shardOf(each.getKey().channel())));
        List<CompletableFuture<Response>> parts = new ArrayList<>();
        byShard.forEach((shard, all) -> {
            for (int from = 0; from < all.size(); from += BATCH) {
                parts.add(acknowledge(shard, all.subList(from, Math.min(all.size(), from + BATCH))));
            }
        });
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Response> acknowledge(int shard, List<Map.Entry<DurableName, Position>> some) {
        List<String> names = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        arguments.add(settings.keepMs());
        for (Map.Entry<DurableName, Position> each : some) {
            DurableName name = each.getKey();
            names.add(key(name, shard));
            names.add(meta(name, shard));
            arguments.add(field(name));
            arguments.add(each.getValue().offset());
            arguments.add(each.getValue().epoch());
        }
        return send(Script.ACKNOWLEDGE, shard, names, arguments);
    }

    private CompletableFuture<Response> send(Script script, int shard, List<?> names, List<?> arguments) {
        return calls.send(new Call(script, keys, shard, shards.token(), names, arguments, timeout));
    }

    private String key(DurableName name, int shard) {
        return keys.durable(shard, name.channel().tenant(), name.subject());
    }

    private String meta(DurableName name, int shard) {
        return keys.meta(shard, Keys.member(name.channel()));
    }

    /** Neither has a bar in it. */
    private static String field(DurableName name) {
        return name.name() + '|' + name.channel().channel().name();
    }

    private static @Nullable Position position(@Nullable Response kept) {
        if (kept == null) {
            return null;
        }
        String[] words = kept.toString().split(" ", 3);
        return new Position(words[2], Long.parseLong(words[0]));
    }
}
