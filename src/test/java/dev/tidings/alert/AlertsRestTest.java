package dev.tidings.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Retention;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.FakeIntake;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The evaluating thread sleeps where there is nothing to evaluate, and is there at once when there is. */
class AlertsRestTest {
    private static final String TENANT = ChannelKey.DEFAULT_TENANT;

    private final MemoryEventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, Clock.systemUTC(), 64 << 20);
    private final FakeIntake intake = new FakeIntake(log);
    private final CountingClock clock = new CountingClock();
    private final Alerts alerts = new Alerts(
            log,
            intake,
            () -> Lease.ALWAYS,
            new AlertSettings(10, List.of(), Duration.ofSeconds(1), 1, Duration.ofSeconds(1)),
            new Nobody(),
            clock);

    /** Each turn of the thread asks it what time it is. */
    private static final class CountingClock extends Clock {
        private final AtomicLong asked = new AtomicLong();

        @Override
        public Instant instant() {
            asked.incrementAndGet();
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Nobody implements AlertObserver {
        @Override
        public void evaluated(int events, long nanos) {}

        @Override
        public void told(String type) {}

        @Override
        public void refused(String rule, Outcome why) {}

        @Override
        public void called(HookOutcome outcome) {}
    }

    @AfterEach
    void stop() {
        alerts.close();
        log.close();
    }

    @Test
    void withoutRulesItSleepsAndTheFirstRuleWakesIt() {
        alerts.start();
        awaitRest();
        AlertRule rule = RuleReader.read("hot", Json.parse("""
                {"pattern":"oven:*","condition":{"field":"/payload/celsius","op":"gt","value":80}}""").tree());
        assertThat(alerts.put(TENANT, rule).toCompletableFuture().join()).isEqualTo(Alerts.Stored.CREATED);
        assertThat(alerts.rules()).isEqualTo(1);
        measured(90);
        await().until(() -> alerts.raised() == 1);
        measured(20);
        await().until(() -> alerts.raised() == 0);
        assertThat(alerts.delete(TENANT, "hot").toCompletableFuture().join()).isTrue();
        awaitRest();
        assertThat(alerts.rules()).isZero();
    }

    /** Twice, a second apart, it has done nothing in between: a tenth of that is its rhythm when there are rules. */
    private void awaitRest() {
        AtomicLong before = new AtomicLong(-1);
        await("rest")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    long now = clock.asked.get();
                    return before.getAndSet(now) == now;
                });
    }

    private void measured(int celsius) {
        var unused = intake.submit(List.of(new Submission.Publish(
                new ChannelKey(TENANT, new Channel("oven:1")),
                "oven.measured",
                null,
                Json.parse("{\"celsius\":" + celsius + "}"),
                null)));
    }
}
