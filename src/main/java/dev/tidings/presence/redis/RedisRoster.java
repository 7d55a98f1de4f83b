package dev.tidings.presence.redis;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.log.redis.HeldConnection;
import dev.tidings.log.redis.Keys;
import dev.tidings.log.redis.RedisSettings;
import dev.tidings.presence.Page;
import dev.tidings.presence.Roster;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** A roster in Redis, beside the log there, for several instances at once. */
public final class RedisRoster implements Roster {
    private static final Logger LOG = Logger.getLogger(RedisRoster.class);
    private static final long CLOSE_MS = 500;

    private final Vertx vertx;
    private final Context loop;
    private final Keys keys;
    private final Timing timing;
    private final Announcer announcer;
    private final List<ChangeTail> tails;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /**
     * Makes a roster that does not do anything until it is opened.
     *
     * @param options how to reach Redis: a single one, by Sentinel, or a cluster
     * @param settings those of the log
     */
    public RedisRoster(Vertx vertx, RedisOptions options, RedisSettings settings, Timing timing) {
        this.vertx = vertx;
        this.loop = ((VertxInternal) vertx).createEventLoopContext();
        this.keys = new Keys(settings);
        this.timing = timing;
        RedisOptions held = HeldConnection.options(options, timing.timeout());
        this.announcer = new Announcer(vertx, loop, held, keys, timing);
        List<Integer> all = IntStream.range(0, settings.shards()).boxed().toList();
        // One read waits for several streams, but only when one server has them all.
        Stream<List<Integer>> together =
                options.getType() == RedisClientType.CLUSTER ? all.stream().map(List::of) : Stream.of(all);
        this.tails = together.map(some -> new ChangeTail(vertx, loop, held, keys, some, announcer, followers, timing))
                .toList();
    }

    /**
     * Connects, and goes on trying for as long as it takes; calls made meanwhile are answered by {@link
     * dev.tidings.log.LogUnavailable}. The stage completes when the roster works for the first time.
     */
    public CompletionStage<Void> open() {
        return CompletableFuture.allOf(
                Stream.concat(Stream.of(announcer.open()), tails.stream().map(ChangeTail::open))
                        .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public int shardOf(ChannelKey key) {
        return keys.shardOf(key);
    }

    @Override
    public CompletionStage<Void> join(ChannelKey key, Presence presence) {
        int shard = shardOf(key);
        String place = Entry.place(key, presence.connection());
        String details = Entry.details(presence);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        loop.runOnContext(unused -> {
            announcer.join(shard, place, details, answer);
            if (!answer.isDone()) {
                long timer = vertx.setTimer(
                        timing.timeout().toMillis(), late -> announcer.leave(shard, place, "Redis cannot be reached"));
                var unusedStage = answer.whenComplete((done, failure) -> vertx.cancelTimer(timer));
            }
        });
        return answer;
    }

    @Override
    public void leave(ChannelKey key, String connection) {
        int shard = shardOf(key);
        String place = Entry.place(key, connection);
        loop.runOnContext(unused -> announcer.leave(shard, place, "it left before it was present"));
    }

    @Override
    public CompletionStage<Page> read(ChannelKey key, String after, int limit) {
        int shard = shardOf(key);
        List<?> arguments = List.of(Entry.room(key), after, limit);
        CompletableFuture<Response> answer = new CompletableFuture<>();
        loop.runOnContext(unused -> announcer.ask(Script.READ, shard, arguments, answer));
        return answer.thenApply(response -> page(response, limit));
    }

    private static Page page(Response answer, int limit) {
        int count = Objects.requireNonNull(answer.get(2).toInteger());
        List<Presence> members = new ArrayList<>();
        for (Response entry : answer.get(3)) {
            if (members.size() < limit) {
                members.add(Entry.parse(entry.toString()).presence());
            }
        }
        boolean more = answer.get(3).size() > members.size();
        return Page.of(members, count, limit, more, Long.parseLong(answer.get(1).toString()));
    }

    @Override
    public void follow(Follower follower) {
        followers.add(follower);
    }

    /** Waits a little for Redis to hear of it. */
    @Override
    public void close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.runOnContext(unused -> {
            tails.forEach(ChangeTail::close);
            announcer.close(closed);
        });
        try {
            closed.get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Redis was not told that this instance ends; it finds out", e);
        }
    }
}
