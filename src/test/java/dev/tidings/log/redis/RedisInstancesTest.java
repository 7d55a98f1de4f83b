package dev.tidings.log.redis;

import static dev.tidings.log.TestLog.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.State;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several instances of a log on one Redis. */
class RedisInstancesTest {
    @Test
    void threeInstancesHearTheSame() {
        try (RedisServer redis = RedisServer.start();
                Instance one = Instance.open(redis.options());
                Instance two = Instance.open(redis.options());
                Instance three = Instance.open(redis.options())) {
            List<Instance> all = List.of(one, two, three);
            List<CompletableFuture<Void>> writers = all.stream()
                    .map(instance -> TestLog.inBackground(() -> write(instance.calls())))
                    .toList();
            writers.forEach(TestLog::get);
            for (Instance instance : all) {
                instance.recorder().awaitCount(3 * 2000).assertContiguous(instance.log());
                assertThat(instance.recorder().lost()).isEmpty();
            }
            for (int i = 0; i < 10; i++) {
                ChannelKey room = key("room:" + i);
                assertThat(two.recorder().heard(room)).isEqualTo(one.recorder().heard(room));
                assertThat(three.recorder().heard(room))
                        .isEqualTo(one.recorder().heard(room));
            }
        }
    }

    private static void write(TestLog log) {
        for (int i = 0; i < 2000; i += 50) {
            List<Draft> batch = new ArrayList<>();
            for (int j = i; j < i + 50; j++) {
                batch.add(log.draft(key("room:" + j % 10), Integer.toString(j)));
            }
            log.append(batch);
        }
    }

    @Test
    void processesShareTheLog() throws Exception {
        int each = 200;
        int all = 3 * each;
        try (RedisServer redis = RedisServer.start();
                Instance here = Instance.open(redis.options())) {
            List<Process> processes =
                    List.of(AppendingProcess.start(redis.port(), each), AppendingProcess.start(redis.port(), each));
            for (int i = 0; i < each; i++) {
                AppendingProcess.increment(here.calls());
            }
            for (Process process : processes) {
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
            State state = here.calls().head(key("count:1")).state();
            assertThat(state).isNotNull();
            assertThat(state.data().tree().get("n").asInt()).isEqualTo(all);
            here.recorder().awaitCount(all).assertContiguous(here.log());
            assertThat(here.recorder().heard()).hasSize(all);
        }
    }
}
