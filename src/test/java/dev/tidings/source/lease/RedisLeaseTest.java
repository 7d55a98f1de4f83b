package dev.tidings.source.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisLeaseTest {
    private static final RedisLease.Timing SHORT =
            new RedisLease.Timing(Duration.ofMillis(900), Duration.ofMillis(200), Duration.ofMillis(300));

    private static Vertx vertx;
    private static RedisServer server;
    private static Redis redis;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        vertx = Vertx.vertx();
        redis = Redis.createClient(vertx, server.options());
    }

    @AfterAll
    static void stop() {
        if (redis == null) {
            return;
        }
        redis.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void resume() {
        server.resume();
        redis.send(Request.cmd(Command.FLUSHALL))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static boolean held(Lease lease) {
        return lease.term() != Lease.NOT_HELD;
    }

    @Test
    void oneOfTwoHoldsItAndTheOtherTakesOverWhenItIsReleased() {
        RedisLease first = RedisLease.open(redis, "poller:test", SHORT);
        await().until(() -> held(first));
        RedisLease second = RedisLease.open(redis, "poller:test", SHORT);

        await().during(SHORT.lasts()).until(() -> held(first) && !held(second));
        long began = System.nanoTime();
        first.close();
        await().pollInterval(Duration.ofMillis(10)).until(() -> held(second));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SHORT.lasts());
        assertThat(held(first)).isFalse();
        second.close();
    }

    @Test
    void whenTheHolderDiesItRunsOut() {
        // What a holder that died leaves behind.
        redis.send(Request.cmd(Command.SET)
                        .arg("tidings:lease:poller:test")
                        .arg("the dead")
                        .arg("PX")
                        .arg(SHORT.lasts().toMillis()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        RedisLease heir = RedisLease.open(redis, "poller:test", SHORT);
        assertThat(held(heir)).isFalse();
        await().atMost(SHORT.lasts().plus(SHORT.renewEvery()).plusMillis(500)).until(() -> held(heir));
        heir.close();
    }

    @Test
    void withoutRedisItIsGivenUpBeforeItRunsOutAndAfterwardsItIsAnotherTerm() {
        RedisLease lease = RedisLease.open(redis, "poller:test", SHORT);
        await().until(() -> held(lease));
        long term = lease.term();

        long paused = System.nanoTime();
        server.pause();
        await().pollInterval(Duration.ofMillis(10)).until(() -> !held(lease));
        assertThat(Duration.ofNanos(System.nanoTime() - paused)).isLessThan(SHORT.lasts());

        server.resume();
        await().until(() -> held(lease));
        assertThat(lease.term()).isNotEqualTo(term);
        lease.close();
    }

    @Test
    void afterRedisLostItsDataItIsAnotherTerm() {
        RedisLease lease = RedisLease.open(redis, "poller:test", SHORT);
        await().until(() -> held(lease));
        long term = lease.term();
        await().during(SHORT.lasts()).until(() -> lease.term() == term);

        redis.send(Request.cmd(Command.FLUSHALL))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        await().until(() -> held(lease) && lease.term() != term);
        lease.close();
    }

    @Test
    void otherResourcesAreOtherLeases() {
        RedisLease one = RedisLease.open(redis, "poller:one", SHORT);
        RedisLease other = RedisLease.open(redis, "poller:other", SHORT);
        await().until(() -> held(one) && held(other));
        one.close();
        other.close();
    }

    @Test
    void byDefaultItIsTakenOverWithinTenSeconds() {
        RedisLease.Timing timing = RedisLease.Timing.DEFAULT;
        assertThat(timing.lasts().plus(timing.renewEvery())).isLessThan(Duration.ofSeconds(10));
    }
}
