package dev.tidings.log.redis;

import static dev.tidings.log.TestLog.key;
import static dev.tidings.log.TestLog.offsets;
import static dev.tidings.log.TestLog.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.checker.cluster.Link;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Replay;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.log.TestLog;
import dev.tidings.testing.Ports;
import dev.tidings.testing.RedisServer;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a log when its Redis, or the way to it, fails. */
class RedisFailureTest {
    private static final ChannelKey ROOM = key("room:1");

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private RedisServer durable() {
        RedisServer server = RedisServer.startDurable();
        open.add(server);
        return server;
    }

    private Instance instance(RedisServer server) {
        Instance instance = Instance.open(server.options());
        open.add(instance);
        return instance;
    }

    private static void awaitAppend(Instance instance) {
        Awaitility.await()
                .ignoreException(LogUnavailable.class)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .until(() -> instance.calls().append(List.of(instance.calls().draft(ROOM, "0"))), answers -> true);
    }

    private static void assertUnavailable(Instance instance, Duration within) {
        long before = System.nanoTime();
        assertThatThrownBy(() -> instance.calls().append(instance.calls().draft(ROOM, "'refused'")))
                .isInstanceOf(LogUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(within);
    }

    @Test
    void aRestartWithItsDataLosesNothing() {
        RedisServer server = durable();
        Instance writer = instance(server);
        Instance reader = instance(server);
        Position before = writer.calls().fill(ROOM, 10);
        reader.recorder().awaitCount(10);
        server.kill();
        assertUnavailable(writer, Duration.ofMillis(2300));
        assertUnavailable(writer, Duration.ofMillis(200));
        server.restart();
        awaitAppend(writer);
        Head head = writer.calls().head(ROOM);
        assertThat(head.newest()).isEqualTo(new Position(before.epoch(), 11));
        reader.recorder().awaitCount(11).assertContiguous(reader.log());
        writer.recorder().awaitCount(11).assertContiguous(writer.log());
        assertThat(reader.recorder().lost()).isEmpty();
        assertThat(writer.recorder().lost()).isEmpty();
    }

    @Test
    void aBatchUnderWayDuringARestartIsStoredOnce() {
        RedisServer server = durable();
        Instance writer = instance(server);
        writer.calls().fill(ROOM, 1);
        server.kill();
        CompletableFuture<List<Appended>> answer =
                writer.log().append(List.of(writer.calls().draft(ROOM, "2"))).toCompletableFuture();
        server.restart();
        assertThat(stored(TestLog.get(answer).getFirst()).position().offset()).isEqualTo(2);
        assertThat(writer.calls().head(ROOM).newest().offset()).isEqualTo(2);
    }

    @Test
    void aRestartWithoutItsDataIsANewEpoch() {
        RedisServer server = durable();
        Instance writer = instance(server);
        Instance reader = instance(server);
        Position before = writer.calls().fill(ROOM, 10);
        reader.recorder().awaitCount(10);
        Replay cursor = reader.calls().replay("room:*", new Since.Now());
        server.kill();
        server.forget();
        server.restart();
        for (int shard = 0; shard < reader.log().shards(); shard++) {
            reader.recorder().awaitLost(shard);
            writer.recorder().awaitLost(shard);
        }
        Slice slice = reader.calls().read(ROOM, new Since.After(before));
        assertThat(slice.reach()).isEqualTo(Slice.Reach.OTHER_EPOCH);
        assertThat(slice.head().newest().offset()).isZero();
        assertThat(reader.calls()
                        .replay("room:*", new Since.AfterCursor(cursor.cursor()))
                        .complete())
                .isFalse();
        Position after = writer.calls().fill(ROOM, 1);
        assertThat(after).isEqualTo(new Position(slice.head().newest().epoch(), 1));
        List<Event> heard = reader.recorder().awaitCount(11).heard(ROOM);
        assertThat(heard.getLast().position()).isEqualTo(after);
        assertThat(heard.getLast().sequence()).isGreaterThan(heard.get(9).sequence());
    }

    @Test
    void flushingWhileConnectedIsANewEpoch() {
        RedisServer server = durable();
        Instance instance = instance(server);
        Position before = instance.calls().fill(ROOM, 10);
        instance.recorder().awaitCount(10);
        server.run("FLUSHALL");
        instance.recorder().awaitLost(instance.log().shardOf(ROOM));
        Position after = instance.calls().fill(ROOM, 1);
        assertThat(after.offset()).isEqualTo(1);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        instance.recorder().awaitCount(11);
    }

    @Test
    void aRestartWithOlderDataIsANewEpoch() {
        RedisServer server = durable();
        Instance writer = instance(server);
        Position kept = writer.calls().fill(ROOM, 5);
        Path backup = server.backUp();
        Position before = writer.calls().fill(ROOM, 5);
        writer.recorder().awaitCount(10);
        server.kill();
        server.goBack(backup);
        server.restart();
        writer.recorder().awaitLost(writer.log().shardOf(ROOM));
        Position after = writer.calls().fill(ROOM, 1);
        assertThat(after.offset()).isEqualTo(kept.offset() + 1);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        assertThat(writer.calls().read(ROOM, new Since.After(before)).reach()).isEqualTo(Slice.Reach.OTHER_EPOCH);
        assertThat(offsets(writer.calls().read(ROOM, new Since.Beginning()).events()))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        Event heard = writer.recorder().awaitCount(11).heard(ROOM).getLast();
        assertThat(heard.position()).isEqualTo(after);
        Instance late = instance(server);
        assertThat(late.calls().head(ROOM).newest()).isEqualTo(after);
    }

    /** Two masters at once: the one that is left has gone on further, with other events under the same numbers. */
    @Test
    void otherEventsUnderNumbersThatWereToldAreANewEpoch() {
        RedisServer server = durable();
        Link link = new Link(Ports.free(), server.port());
        open.add(link);
        Instance cutOff = Instance.open(new RedisOptions().setConnectionString("redis://127.0.0.1:" + link.port()));
        open.add(cutOff);
        Position common = cutOff.calls().fill(ROOM, 5);
        Path backup = server.backUp();
        Position told = cutOff.calls().fill(ROOM, 5);
        cutOff.recorder().awaitCount(10);
        link.reset(true);
        server.kill();
        server.goBack(backup);
        server.restart();
        Position elsewhere = instance(server).calls().fill(ROOM, 20);
        assertThat(elsewhere.epoch()).as("it cannot know").isEqualTo(common.epoch());
        link.heal();
        cutOff.recorder().awaitLost(cutOff.log().shardOf(ROOM));
        awaitAppend(cutOff);
        Position after = cutOff.calls().head(ROOM).newest();
        assertThat(after.epoch()).isNotEqualTo(told.epoch());
        assertThat(cutOff.calls().read(ROOM, new Since.After(told)).reach()).isEqualTo(Slice.Reach.OTHER_EPOCH);
    }

    @Test
    void killedConnectionsDoNotLoseOrRepeatWhatWasAcknowledged() {
        RedisServer server = durable();
        Instance writer = instance(server);
        Instance reader = instance(server);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> killer = TestLog.inBackground(() -> {
            CountDownLatch never = new CountDownLatch(1);
            while (!done.get()) {
                server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                awaitQuietly(never, 200);
            }
        });
        List<CompletableFuture<List<String>>> writers = IntStream.range(0, 4)
                .mapToObj(i -> TestLog.inBackground(() -> writeMuch(writer, i)))
                .toList();
        List<String> acknowledged = new ArrayList<>();
        writers.forEach(each -> acknowledged.addAll(TestLog.get(each)));
        done.set(true);
        TestLog.get(killer);
        writer.calls().fill(ROOM, 1);
        List<Event> heard = awaitLast(reader);
        reader.recorder().assertContiguous(reader.log());
        assertThat(reader.recorder().lost()).isEmpty();
        List<String> ids = heard.stream().map(Event::id).toList();
        assertThat(ids).doesNotHaveDuplicates().containsAll(acknowledged);
        Set<String> kept = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Slice slice = reader.calls().read(key("much:" + i), new Since.Beginning());
            slice.events().forEach(event -> assertThat(kept.add(event.id())).isTrue());
        }
        assertThat(kept).containsAll(acknowledged);
    }

    private static List<Event> awaitLast(Instance reader) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !reader.recorder().heard(ROOM).isEmpty());
        // The other shards may be read after this one.
        List<Long> sequences =
                reader.calls().replay("much:*", new Since.Now()).cursor().sequences();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> reader.log().status().stream()
                        .map(ShardStatus::told)
                        .toList()
                        .equals(sequences));
        return reader.recorder().heard();
    }

    /** @return the ids of all that was acknowledged */
    private static List<String> writeMuch(Instance writer, int number) {
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<Draft> batch = new ArrayList<>();
            for (int j = 0; j < 5; j++) {
                batch.add(writer.calls().draft(key("much:" + number), Integer.toString(i)));
            }
            try {
                writer.calls()
                        .append(batch)
                        .forEach(answer -> acknowledged.add(stored(answer).id()));
            } catch (LogUnavailable e) {
                // Not acknowledged: it may be there or not, but not twice.
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(500);
        return acknowledged;
    }

    private static void awaitQuietly(CountDownLatch latch, long ms) {
        try {
            boolean unused = latch.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHungServerIsUnavailableAndWhatItWasSentDoesNotTurnUpLater() {
        RedisServer server = durable();
        Instance writer = instance(server);
        Instance reader = instance(server);
        Position before = writer.calls().fill(ROOM, 1);
        server.pause();
        assertUnavailable(writer, Duration.ofMillis(2300));
        assertUnavailable(writer, Duration.ofMillis(2300));
        server.resume();
        awaitAppend(writer);
        Slice slice = writer.calls().read(ROOM, new Since.After(before));
        assertThat(slice.continuous()).isTrue();
        assertThat(slice.events()).noneMatch(event -> event.payload().toString().contains("refused"));
        int all = (int) slice.head().newest().offset();
        reader.recorder().awaitCount(all).assertContiguous(reader.log());
        assertThat(reader.recorder().lost()).isEmpty();
    }

    @Test
    void aFollowerIsToldWhenTheShardWasTrimmedBeforeItCame() throws InterruptedException {
        RedisServer server = durable();
        Instance writer = instance(server);
        Instance reader = instance(server);
        CountDownLatch caughtUp = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        reader.log().follow(new EventLog.Follower() {
            @Override
            public void appended(int shard, List<Event> events) {
                stuck.countDown();
                awaitQuietly(caughtUp, 20_000);
            }

            @Override
            public void lost(int shard) {}
        });
        writer.calls().fill(ROOM, 1);
        assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 30; i++) {
            List<Draft> batch = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
                batch.add(writer.calls().draft(ROOM, "1"));
            }
            writer.calls().append(batch);
        }
        caughtUp.countDown();
        reader.recorder().awaitLost(reader.log().shardOf(ROOM));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> reader.recorder().heard(ROOM).getLast().offset() == 3001);
        List<Event> heard = reader.recorder().heard(ROOM);
        assertThat(heard.size()).isBetween(1001, 3000);
        assertThat(heard.getLast().offset() - heard.get(1).offset()).isEqualTo(heard.size() - 2);
        assertThat(reader.calls().replay("room:*", new Since.Now()).complete()).isTrue();
    }

    @Test
    void aLogStartsWithoutItsRedis() {
        RedisServer server = durable();
        server.kill();
        Instance instance = Instance.launch(server.options());
        open.add(instance);
        instance.log().follow(instance.recorder());
        CompletableFuture<Void> opened = instance.log().open().toCompletableFuture();
        assertUnavailable(instance, Duration.ofMillis(2300));
        assertThat(opened).isNotDone();
        server.restart();
        TestLog.get(opened);
        instance.calls().fill(ROOM, 3);
        instance.recorder().awaitCount(3).assertContiguous(instance.log());
    }

    @Test
    void aFullRedisTakesNothingButIsStillRead() {
        RedisServer server = durable();
        Instance instance = instance(server);
        Position before = instance.calls().fill(ROOM, 3);
        server.run("CONFIG", "SET", "maxmemory", "1");
        assertUnavailable(instance, Duration.ofSeconds(1));
        assertThat(instance.calls().read(ROOM, new Since.Beginning()).events()).hasSize(3);
        server.run("CONFIG", "SET", "maxmemory", "0");
        assertThat(instance.calls().fill(ROOM, 1)).isEqualTo(new Position(before.epoch(), 4));
        instance.recorder().awaitCount(4).assertContiguous(instance.log());
        assertThat(instance.recorder().lost()).isEmpty();
    }

    @Test
    void aReplicaTakesNothingUntilItIsPromoted() {
        RedisServer server = durable();
        Instance instance = instance(server);
        Position before = instance.calls().fill(ROOM, 3);
        server.run("REPLICAOF", "127.0.0.1", "1");
        assertUnavailable(instance, Duration.ofMillis(2300));
        server.run("REPLICAOF", "NO", "ONE");
        awaitAppend(instance);
        assertThat(instance.calls().head(ROOM).newest()).isEqualTo(new Position(before.epoch(), 4));
        instance.recorder().awaitCount(4).assertContiguous(instance.log());
    }

    @Test
    void scriptsAreSentAgainToAServerThatForgotThem() {
        RedisServer server = durable();
        Instance instance = instance(server);
        instance.calls().fill(ROOM, 1);
        server.run("SCRIPT", "FLUSH");
        assertThat(instance.calls().fill(ROOM, 1).offset()).isEqualTo(2);
        assertThat(instance.calls().read(ROOM, new Since.Beginning()).events()).hasSize(2);
    }

    @Test
    void namesOfForgottenChannelsAreTakenAway() {
        RedisServer server = durable();
        Instance instance = instance(server);
        instance.calls().fill(ROOM, 1);
        String shard = "tidings:{s" + instance.log().shardOf(ROOM) + "}:";
        assertThat(server.run("ZCARD", shard + "names")).isEqualTo(":1\r\n");
        assertThat(server.run("DEL", shard + "meta:acme:room:1")).isEqualTo(":1\r\n");
        Awaitility.await()
                .atMost(Duration.ofSeconds(12))
                .until(() -> server.run("ZCARD", shard + "names").equals(":0\r\n"));
        assertThat(instance.calls().fill(ROOM, 1).offset()).isEqualTo(1);
        assertThat(offsets(instance.calls().read(ROOM, new Since.Beginning()).events()))
                .containsExactly(1L);
    }

    @Test
    void nothingThatExpiresStaysForEver() {
        RedisServer server = durable();
        Instance instance = instance(server);
        instance.calls().head(key("unused:1"));
        instance.calls().append(instance.calls().idempotent(ROOM, "a", "1"));
        ChannelKey held = key("held:1");
        Position none = instance.calls().head(held).statePosition();
        instance.calls().append(instance.calls().write(held, "{'a':1}", none));
        List<String> lasting = server.run("KEYS", "*")
                .lines()
                .filter(line -> line.startsWith("tidings:"))
                .filter(key -> server.run("PTTL", key).equals(":-1\r\n"))
                .map(key -> key.substring(key.indexOf("}:") + 2))
                .distinct()
                .sorted()
                .toList();
        assertThat(lasting).containsExactly("log", "meta:acme:held:1", "names", "shard");
        instance.calls()
                .append(instance.calls()
                        .write(held, null, instance.calls().head(held).statePosition()));
        String meta = "tidings:{s" + instance.log().shardOf(held) + "}:meta:acme:held:1";
        assertThat(server.run("PTTL", meta)).isNotEqualTo(":-1\r\n");
    }
}
