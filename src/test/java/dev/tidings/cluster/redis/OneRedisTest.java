package dev.tidings.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract with a single Redis, and what happens when that fails. */
class OneRedisTest extends ClusterContract {
    private RedisServer server;

    @BeforeEach
    void start() {
        server = RedisServer.startDurable();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    RedisOptions options() {
        return server.options();
    }

    /** Says it until it is heard: what is said while the others are not there yet is lost. */
    private static void awaitTold(Fellow from, Fellow to, String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreException(LogUnavailable.class)
                .until(() -> {
                    from.tell(to, text);
                    return to.heard().contains(text);
                });
    }

    @Test
    void withoutRedisThereAreNoOthersUntilItIsBack() {
        Fellow one = fellow();
        Fellow two = fellow();
        one.awaitOthers(1);
        two.awaitOthers(1);
        server.kill();
        assertThatThrownBy(() -> one.tellAll("lost")).isInstanceOf(LogUnavailable.class);
        assertThat(one.heard()).as("of itself it hears all the same").containsExactly("lost");
        one.awaitOthers(0);
        server.restart();
        one.awaitOthers(1);
        two.awaitOthers(1);
        awaitTold(one, two, "back");
        awaitTold(two, one, "and forth");
    }

    @Test
    void aRedisThatHasForgottenEverythingIsGoneOnWith() {
        Fellow one = fellow();
        Fellow two = fellow();
        one.awaitOthers(1);
        two.awaitOthers(1);
        one.tellAll("before");
        two.awaitHeard(1);
        server.forget();
        awaitTold(one, two, "after");
        awaitTold(two, one, "and back");
    }

    @Test
    void aRedisThatHangsForAMomentLosesNothing() {
        Fellow one = fellow();
        Fellow two = fellow();
        one.awaitOthers(1);
        two.awaitOthers(1);
        var before = one.cluster().tellAll(Fellow.TOPIC, Fellow.note("before"));
        server.pause();
        var during = one.cluster().tellAll(Fellow.TOPIC, Fellow.note("during"));
        server.resume();
        TestLog.get(before);
        TestLog.get(during);
        two.awaitHeard(2);
        assertThat(two.heard()).containsExactly("before", "during");
    }

    @Test
    void whatIsNoNoteIsPassedOver() {
        Fellow one = fellow();
        Fellow two = fellow();
        one.awaitOthers(1);
        two.awaitOthers(1);
        String stream = server.run("KEYS", "*:all").lines().toList().getLast().strip();
        server.run("XADD", stream, "*", "what", "is this");
        server.run("XADD", stream, "*", "from", "me", "topic", Fellow.TOPIC, "note", "[1]");
        one.tellAll("a note");
        two.awaitHeard(1);
        assertThat(two.heard()).containsExactly("a note");
    }
}
