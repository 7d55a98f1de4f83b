package dev.tidings.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.source.lease.Lease;
import dev.tidings.source.poll.FakeIntake;
import dev.tidings.source.tmux.TestTmux;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollersTest {
    private final EventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, Clock.systemUTC(), 64 << 20);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> leased = new ArrayList<>();
    private final TestTmux tmux = TestTmux.create();
    private Pollers pollers;

    private void start(Map<String, String> properties) {
        pollers = new Pollers(
                PollersConfigTest.config(properties),
                log,
                new FakeIntake(log),
                resource -> {
                    leased.add(resource);
                    return Lease.ALWAYS;
                },
                meters,
                Clock.systemUTC());
        pollers.start();
    }

    @AfterEach
    void stop() {
        if (pollers != null) {
            pollers.close();
        }
        tmux.close();
    }

    private List<String> types(String pattern) {
        return log
                .replay(ChannelKey.DEFAULT_TENANT, new ChannelPattern(pattern), new Since.Beginning())
                .toCompletableFuture()
                .join()
                .events()
                .stream()
                .map(Event::type)
                .toList();
    }

    @Test
    void hostAndTmuxComeByThemselvesAtOnce() {
        tmux.session("main");
        start(Map.of("tidings.pollers.tmux.socket", tmux.server().name(), "tidings.pollers.tmux.interval", "100ms"));
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(types("metrics:*")).contains("state.changed");
            assertThat(types("tmux:*")).containsSubsequence("state.changed", "tmux.session.created");
        });
        assertThat(leased).hasSize(2).anyMatch(each -> each.startsWith("poller:tmux@"));

        tmux.run("rename-session", "-t", "main", "work");
        await().untilAsserted(() -> assertThat(types("tmux:work")).startsWith("state.changed", "tmux.session.renamed"));
        assertThat(types("tmux:main")).endsWith("tmux.session.renamed", "state.deleted");
        assertThat(meters.get("tidings.poller.runs")
                        .tags("poller", "tmux", "outcome", "changed")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(2);
        assertThat(meters.get("tidings.poller.duration")
                        .tag("poller", "tmux")
                        .timer()
                        .count())
                .isPositive();
    }

    @Test
    void whatIsTurnedOffDoesNotRun() {
        start(Map.of("tidings.pollers.tmux.enabled", "false", "tidings.pollers.host.enabled", "false"));
        assertThat(leased).isEmpty();
    }

    @Test
    void aRestartOfTheServiceTellsOnlyWhatChangedMeanwhile() {
        Map<String, String> properties = Map.of(
                "tidings.pollers.tmux.socket", tmux.server().name(),
                "tidings.pollers.tmux.interval", "100ms",
                "tidings.pollers.host.enabled", "false");
        tmux.session("stays");
        tmux.session("goes");
        start(properties);
        await().until(() -> types("tmux:goes").contains("tmux.pane.created")
                && types("tmux:stays").contains("tmux.pane.created"));
        pollers.close();
        tmux.run("kill-session", "-t", "goes");
        tmux.session("comes");

        start(properties);
        await().until(() -> types("tmux:comes").contains("tmux.pane.created"));
        await().untilAsserted(() -> assertThat(types("tmux:goes")).endsWith("tmux.session.closed", "state.deleted"));
        assertThat(types("tmux:stays")).containsOnlyOnce("tmux.session.created", "tmux.window.created");
    }

    @Test
    void aProgramIsFoundWhereProgramsAreLookedFor() {
        assertThat(Pollers.isOnPath("sh", Map.of("PATH", "/nowhere:/bin"))).isTrue();
        assertThat(Pollers.isOnPath("sh", Map.of("PATH", "/nowhere"))).isFalse();
        assertThat(Pollers.isOnPath("sh", Map.of())).isFalse();
    }
}
