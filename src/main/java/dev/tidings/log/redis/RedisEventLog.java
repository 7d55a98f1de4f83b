package dev.tidings.log.redis;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.log.Appended;
import dev.tidings.log.DurablePositions;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log in Redis, for several instances at once.
 *
 * <p>What makes it whole:
 *
 * <ul>
 *   <li>Each shard's part of a batch is one script. It runs once however often it is sent, for it leaves its answer under
 *       the batch's own key; and not at all after its deadline, by the server's clock, so that what was refused as
 *       unavailable does not turn up later. So a batch may be sent again whenever its answer was lost on the way.
 *   <li>Every call says what was the newest sequence number this instance has seen. A Redis that has less has lost
 *       something, and begins a new epoch before it does anything else. The same when it came back empty, and when it has
 *       another event under the number of the newest that this instance has told its followers, as after two masters at
 *       once. What remains: when a loss is seen by nobody but instances that had not seen the lost events, nobody can tell.
 *   <li>Followers are told of a shard's events by their sequence numbers, without holes, or that they lost some.
 * </ul>
 *
 * <p>Redis should be set to {@code maxmemory-policy noeviction}, and to {@code appendonly yes} to be durable: what is
 * acknowledged is as safe as Redis makes it.
 */
public final class RedisEventLog implements EventLog {
    private static final long SWEEP_MS = 5000;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final Retention.Policy retention;
    private final Clock clock;
    private final Keys keys;
    private final Shards shards;
    private final Calls calls;
    private final Catalogue catalogue;
    private final Replaying replaying;
    private final List<Tail> tails = new ArrayList<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** By shard: after which name the next sweep goes on. */
    private final AtomicReferenceArray<String> swept;

    private final long sweeper;

    /**
     * Makes a log that does not do anything until it is opened.
     *
     * @param options how to reach Redis: a single one, by Sentinel, or a cluster
     */
    public RedisEventLog(
            Vertx vertx, RedisOptions options, RedisSettings settings, Retention.Policy retention, Clock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.retention = retention;
        this.clock = clock;
        this.keys = new Keys(settings);
        this.shards = new Shards(settings.shards(), clock);
        RedisOptions held = HeldConnection.options(options, settings.timeout());
        List<Integer> all = IntStream.range(0, settings.shards()).boxed().toList();
        this.calls = new Calls(vertx, newLoop(), held, shards, check(all), settings.timeout());
        this.catalogue = new Catalogue(calls, keys, shards, settings, retention, clock);
        this.replaying = new Replaying(calls, keys, shards, catalogue, settings, retention, clock, this::read);
        this.swept = new AtomicReferenceArray<>(all.stream().map(shard -> "").toArray(String[]::new));
        // One read waits for several streams, but only when one server has them all.
        Stream<List<Integer>> together =
                options.getType() == RedisClientType.CLUSTER ? all.stream().map(List::of) : Stream.of(all);
        together.forEach(some -> tails.add(new Tail(vertx, newLoop(), held, check(some), keys, shards, followers)));
        this.sweeper = vertx.setPeriodic(SWEEP_MS, timer -> sweep());
    }

    /**
     * Connects, and goes on trying for as long as it takes; calls made meanwhile are answered by {@link
     * dev.tidings.log.LogUnavailable}. The stage completes when the log works for the first time.
     */
    public CompletionStage<Void> open() {
        return CompletableFuture.allOf(
                Stream.concat(Stream.of(calls.open()), tails.stream().map(Tail::open))
                        .toArray(CompletableFuture<?>[]::new));
    }

    /** How each shard looks from here. */
    public List<ShardStatus> status() {
        return shards.status();
    }

    @Override
    public int shards() {
        return settings.shards();
    }

    @Override
    public int shardOf(ChannelKey key) {
        return keys.shardOf(key);
    }

    @Override
    public CompletionStage<List<Appended>> append(List<Draft> drafts) {
        @Nullable Batch[] batches = new Batch[settings.shards()];
        for (int i = 0; i < drafts.size(); i++) {
            int shard = keys.shardOf(drafts.get(i).key());
            Batch batch = batches[shard];
            if (batch == null) {
                batch = new Batch(shard, keys, retention);
                batches[shard] = batch;
            }
            batch.add(i, drafts.get(i));
        }
        Appended[] answers = new Appended[drafts.size()];
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (Batch batch : batches) {
            if (batch != null) {
                parts.add(calls.send(batch.call(shards.token(), settings))
                        .thenAccept(response -> batch.read(response, answers)));
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> Arrays.asList(answers));
    }

    @Override
    public CompletionStage<Slice> read(ChannelKey key, Range range) {
        Retention kept = retention.of(key.channel().namespace());
        long cutoff = clock.millis() - kept.age().toMillis();
        Reading reading = new Reading(key, keys.shardOf(key), range, kept, cutoff);
        return calls.send(reading.call(keys, shards.token(), settings.timeout()))
                .thenApply(reading::slice);
    }

    @Override
    public CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since) {
        return replaying.replay(tenant, pattern, since);
    }

    @Override
    public CompletionStage<List<Listing>> channels(
            String tenant, @Nullable ChannelPattern pattern, String after, int limit) {
        return catalogue.list(tenant, pattern, after, limit);
    }

    @Override
    public DurablePositions positions(DurablePositions.Settings settings) {
        return new RedisPositions(calls, keys, shards, this.settings.timeout(), settings);
    }

    @Override
    public CompletionStage<Set<String>> tenants() {
        return catalogue.tenants();
    }

    @Override
    public void follow(Follower follower) {
        followers.add(follower);
    }

    @Override
    public void close() {
        vertx.cancelTimer(sweeper);
        tails.forEach(Tail::close);
        calls.close();
    }

    /** Takes the names of forgotten channels away, a few at a time, so that channels that come and go leave nothing. */
    private void sweep() {
        for (int each = 0; each < settings.shards(); each++) {
            int shard = each;
            var unused = catalogue.sweep(shard, swept.get(shard)).thenAccept(last -> swept.set(shard, last));
        }
    }

    private ShardCheck check(List<Integer> which) {
        return new ShardCheck(keys, shards, which, settings.timeout());
    }

    private Context newLoop() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }
}
