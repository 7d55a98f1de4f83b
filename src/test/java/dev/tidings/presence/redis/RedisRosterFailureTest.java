package dev.tidings.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a roster when an instance, or Redis, or the way to it, fails. */
class RedisRosterFailureTest {
    private static final ChannelKey ROOM = new ChannelKey("acme", new Channel("room:1"));

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private RedisServer redis() {
        RedisServer server = RedisServer.startDurable();
        open.add(server);
        return server;
    }

    private RosterInstance instance(RedisServer server) {
        RosterInstance instance = RosterInstance.open(server.options());
        open.add(instance);
        return instance;
    }

    private static void join(RosterInstance instance, String connection) {
        TestLog.get(instance.roster().join(ROOM, new Presence(connection, "ada", 1, null)));
    }

    private static void awaitCount(RosterInstance instance, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(LogUnavailable.class)
                .until(() -> TestLog.get(instance.roster().read(ROOM, "", 0)).count() == count);
    }

    /** Waits until it has found its place again: what happens before is not told but read. */
    private static void awaitFollowing(RosterInstance instance, int lostBefore) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> instance.heard().lost().size() >= lostBefore + 4);
    }

    @Test
    void membersOfAKilledInstanceLeaveOnceEach() {
        RedisServer server = redis();
        RosterInstance dying = RosterInstance.open(server.options());
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "stays");
        List<CompletableFuture<Void>> joins = IntStream.range(0, 1500)
                .mapToObj(i -> dying.roster()
                        .join(ROOM, new Presence("c" + i, "ada", 1, null))
                        .toCompletableFuture())
                .toList();
        joins.forEach(TestLog::get);
        dying.kill();
        for (RosterInstance survivor : List.of(one, two)) {
            List<String> told = survivor.heard().await(ROOM, 3001);
            assertThat(told).hasSize(3001).doesNotHaveDuplicates().doesNotContain("-stays");
        }
        awaitCount(one, 1);
        assertThat(server.run("KEYS", "tidings:*owners")).doesNotContain("$0");
    }

    @Test
    void anInstanceThatEndsInPeaceIsNotWaitedFor() {
        RedisServer server = redis();
        Timing patient = new Timing(Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofSeconds(2));
        RosterInstance ending = RosterInstance.open(server.options(), "tidings", patient);
        RosterInstance other = RosterInstance.open(server.options(), "tidings", patient);
        open.add(other);
        join(ending, "c1");
        // Long enough for the other to be trusted with it.
        Awaitility.await()
                .pollDelay(Duration.ofMillis(3300))
                .until(() -> other.heard().told(ROOM).equals(List.of("+c1")));
        long before = System.nanoTime();
        ending.close();
        assertThat(other.heard().await(ROOM, 2)).containsExactly("+c1", "-c1");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aRestartWithItsDataTellsNobodyOfAnybody() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "c1");
        join(two, "c2");
        two.heard().await(ROOM, 2);
        server.kill();
        assertThatThrownBy(() -> TestLog.get(one.roster().read(ROOM, "", 0))).isInstanceOf(LogUnavailable.class);
        server.restart();
        awaitCount(one, 2);
        awaitFollowing(two, 0);
        join(one, "c3");
        assertThat(two.heard().await(ROOM, 3)).containsExactly("+c1", "+c2", "+c3");
        assertThat(two.heard().lost()).containsOnly(true);
    }

    @Test
    void leavingWhileRedisIsGoneIsMadeUpFor() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "c1");
        join(one, "c2");
        server.kill();
        one.roster().leave(ROOM, "c1");
        server.restart();
        awaitCount(two, 1);
        assertThat(TestLog.get(two.roster().read(ROOM, "", 10)).members())
                .extracting(Presence::connection)
                .containsExactly("c2");
    }

    @Test
    void joiningWhileRedisIsGoneFailsAndLeavesNothing() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        server.kill();
        long before = System.nanoTime();
        assertThatThrownBy(() -> join(one, "c1")).isInstanceOf(LogUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(2500));
        server.restart();
        awaitCount(one, 0);
        join(one, "c2");
        awaitCount(one, 1);
    }

    @Test
    void whatRedisHasForgottenIsAnnouncedAgain() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "c1");
        join(two, "c2");
        server.kill();
        server.forget();
        server.restart();
        awaitCount(one, 2);
        awaitCount(two, 2);
    }

    @Test
    void whatIsDeletedUnderItIsAnnouncedAgain() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "c1");
        join(two, "c2");
        server.run("FLUSHALL");
        awaitCount(one, 2);
        int shard = one.roster().shardOf(ROOM);
        server.run("DEL", "tidings:{s" + shard + "}:presence:present", "tidings:{s" + shard + "}:presence:owners");
        awaitCount(one, 2);
        assertThat(two.heard().lost()).containsOnly(true);
    }

    @Test
    void aRedisThatHangsForLongerThanALeaseCostsNobodyHisPlace() {
        RedisServer server = redis();
        RosterInstance one = instance(server);
        RosterInstance two = instance(server);
        join(one, "c1");
        join(two, "c2");
        two.heard().await(ROOM, 2);
        int lostBefore = two.heard().lost().size();
        server.pause();
        long paused = System.nanoTime();
        CompletableFuture<Void> joining =
                one.roster().join(ROOM, new Presence("late", "ada", 1, null)).toCompletableFuture();
        assertThatThrownBy(() -> TestLog.get(joining)).isInstanceOf(LogUnavailable.class);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> System.nanoTime() - paused > Duration.ofSeconds(4).toNanos());
        server.resume();
        // What was on its way when Redis stopped may have been carried out; then it is taken back.
        awaitCount(one, 2);
        awaitFollowing(two, lostBefore);
        join(one, "c3");
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> two.heard().told(ROOM).contains("+c3"));
        assertThat(two.heard().told(ROOM)).doesNotContain("-c1", "-c2").doesNotHaveDuplicates();
        awaitCount(two, 3);
    }
}
