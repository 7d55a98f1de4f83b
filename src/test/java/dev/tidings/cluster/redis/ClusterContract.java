package dev.tidings.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.cluster.Cluster;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.TestLog;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What instances can count on, whatever kind of Redis is between them. */
abstract class ClusterContract {
    private static int clusters;
    private final String prefix = "test" + clusters++;
    private final List<Fellow> open = new ArrayList<>();

    abstract RedisOptions options();

    @AfterEach
    void closeAll() {
        open.forEach(Fellow::close);
    }

    Fellow fellow() {
        Fellow fellow = Fellow.open(options(), prefix);
        open.add(fellow);
        return fellow;
    }

    private List<Fellow> three() {
        List<Fellow> three = List.of(fellow(), fellow(), fellow());
        three.forEach(each -> each.awaitOthers(2));
        return three;
    }

    @Test
    void whatOneTellsAllIsHeardByAllInOrder() {
        List<Fellow> three = three();
        List<String> said = IntStream.range(0, 2000).mapToObj(i -> "n" + i).toList();
        said.forEach(text -> {
            var unused = three.getFirst().cluster().tellAll(Fellow.TOPIC, Fellow.note(text));
        });
        for (Fellow each : three) {
            each.awaitHeard(said.size());
            assertThat(each.heard()).isEqualTo(said);
        }
    }

    @Test
    void whatOneTellsAnotherIsHeardByThatOneOnly() {
        List<Fellow> three = three();
        String large = "é".repeat(500_000);
        three.get(0).tell(three.get(1), "first");
        three.get(0).tell(three.get(1), large);
        three.get(0).tell(three.get(0), "myself");
        three.get(1).awaitHeard(2);
        three.get(1).tellAll("over");
        three.get(2).awaitHeard(1);
        three.get(0).awaitHeard(2);
        assertThat(three.get(0).heard()).containsExactly("myself", "over");
        assertThat(three.get(1).heard()).containsExactly("first", large, "over");
        assertThat(three.get(2).heard()).containsExactly("over");
    }

    @Test
    void oneThatComesIsSeenAndHearsNothingOfBefore() {
        Fellow first = fellow();
        first.tellAll("before");
        Fellow second = fellow();
        first.awaitOthers(1);
        second.awaitOthers(1);
        first.tellAll("after");
        second.awaitHeard(1);
        assertThat(second.heard()).containsExactly("after");
        assertThat(first.watched()).containsExactly("+" + second.name());
        assertThat(first.cluster().instances()).containsExactlyInAnyOrder(first.name(), second.name());
    }

    @Test
    void oneThatEndsIsGoneAtOnceAndOneThatIsKilledSoon() {
        Fellow staying = fellow();
        Fellow ending = Fellow.open(options(), prefix);
        staying.awaitOthers(1);
        Fellow dying = Fellow.open(options(), prefix);
        staying.awaitOthers(2);
        ending.close();
        staying.awaitOthers(1);
        assertThatThrownBy(() -> staying.tell(ending, "too late"))
                .isInstanceOf(LogUnavailable.class)
                .hasMessageContaining("gone");
        dying.kill();
        staying.awaitOthers(0);
        assertThat(staying.watched())
                .containsExactly("+" + ending.name(), "+" + dying.name(), "-" + ending.name(), "-" + dying.name());
    }

    @Test
    void aWatcherIsToldOfThoseThatAreThereAlready() {
        List<Fellow> three = three();
        List<String> seen = new CopyOnWriteArrayList<>();
        three.get(0).cluster().watch(new Cluster.Watcher() {
            @Override
            public void joined(String instance) {
                seen.add(instance);
            }

            @Override
            public void left(String instance) {
                seen.remove(instance);
            }
        });
        Awaitility.await().until(() -> seen.size() == 2);
        assertThat(seen)
                .containsExactlyInAnyOrder(three.get(1).name(), three.get(2).name());
    }

    @Test
    void clustersOfAnotherPrefixAreNotMet() {
        Fellow here = fellow();
        try (Fellow elsewhere = Fellow.open(options(), prefix + "x")) {
            Fellow another = fellow();
            here.awaitOthers(1);
            another.awaitOthers(1);
            elsewhere.tellAll("not for here");
            another.tellAll("for here");
            here.awaitHeard(1);
            assertThat(here.heard()).containsExactly("for here");
            assertThat(elsewhere.cluster().instances()).hasSize(1);
        }
    }

    @Test
    void whatHasBeenHeardIsNotKept() {
        List<Fellow> three = three();
        for (int i = 0; i < 500; i++) {
            var unused = three.get(0).cluster().tell(three.get(1).name(), Fellow.TOPIC, Fellow.note("n" + i));
        }
        three.get(1).awaitHeard(500);
        Awaitility.await()
                .until(() -> length(prefix + ":{cluster}:to:" + three.get(1).name()) <= 1);
    }

    private int length(String stream) {
        Redis redis = Redis.createClient(open.getFirst().vertx(), options());
        try {
            Response length =
                    TestLog.get(redis.send(Request.cmd(Command.XLEN, stream)).toCompletionStage());
            return length.toInteger();
        } finally {
            redis.close();
        }
    }
}
