package dev.tidings.source.poll;

import static dev.tidings.event.ChannelKey.DEFAULT_TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.State;
import dev.tidings.intake.Submission;
import dev.tidings.log.MemoryEventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.source.lease.Lease;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollerRunnerTest {
    private static final Pacing FAST = new Pacing(Duration.ofMillis(20), 0, Duration.ofMillis(40));

    private final MemoryEventLog log = new MemoryEventLog(namespace -> Retention.DEFAULT, Clock.systemUTC(), 64 << 20);
    private final FakeIntake intake = new FakeIntake(log);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<PollerRunner> runners = new ArrayList<>();
    private final Source source = new Source("here");

    /** Shows what it is told to show, and calls what it had not shown before a birth, and what is gone a death. */
    private static final class Source implements Poller {
        final Map<Channel, ObjectNode> shown = new ConcurrentHashMap<>();
        final AtomicInteger looks = new AtomicInteger();
        volatile String broken = "";
        private final String place;
        private final String scope;

        Source(String place) {
            this(place, "thing:*");
        }

        Source(String place, String scope) {
            this.place = place;
            this.scope = scope;
        }

        void show(String channel, int value) {
            shown.put(
                    new Channel(channel),
                    Json.MAPPER.createObjectNode().put("place", place).put("value", value));
        }

        @Override
        public ChannelPattern scope() {
            return new ChannelPattern(scope);
        }

        @Override
        public boolean owns(JsonNode state) {
            return state.path("place").asText().equals(place);
        }

        @Override
        public Snapshot poll(Map<Channel, ObjectNode> published) throws SourceUnavailable {
            looks.incrementAndGet();
            if (broken.equals("defect")) {
                throw new IllegalStateException("a defect");
            }
            if (!broken.isEmpty()) {
                throw new SourceUnavailable(broken);
            }
            return new Snapshot(shown);
        }

        @Override
        public List<Announcement> explain(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
            List<Announcement> all = new ArrayList<>();
            new TreeMap<>(before)
                    .keySet().stream()
                            .filter(each -> !after.containsKey(each))
                            .forEach(each ->
                                    all.add(new Announcement(each, "thing.died", Json.MAPPER.createObjectNode())));
            new TreeMap<>(after)
                    .keySet().stream()
                            .filter(each -> !before.containsKey(each))
                            .forEach(each ->
                                    all.add(new Announcement(each, "thing.born", Json.MAPPER.createObjectNode())));
            return all;
        }
    }

    private PollerRunner run(Poller poller) {
        return run(poller, Lease.ALWAYS);
    }

    private PollerRunner run(Poller poller, Lease lease) {
        PollerRunner runner = new PollerRunner(
                new PollerRunner.Settings("test", DEFAULT_TENANT, FAST, Allowance.DEFAULT),
                poller,
                lease,
                log,
                intake,
                meters);
        runners.add(runner);
        runner.start();
        return runner;
    }

    @AfterEach
    void stop() {
        runners.forEach(PollerRunner::stop);
    }

    private List<String> types(String channel) {
        return log
                .read(new ChannelKey(DEFAULT_TENANT, new Channel(channel)), Range.from(new Since.Beginning()))
                .toCompletableFuture()
                .join()
                .events()
                .stream()
                .map(Event::type)
                .toList();
    }

    private JsonNode lastPayload(String channel) {
        return log.read(new ChannelKey(DEFAULT_TENANT, new Channel(channel)), Range.from(new Since.Beginning()))
                .toCompletableFuture()
                .join()
                .events()
                .getLast()
                .payload()
                .tree();
    }

    private State state(String channel) {
        return log.read(new ChannelKey(DEFAULT_TENANT, new Channel(channel)), Range.HEAD)
                .toCompletableFuture()
                .join()
                .head()
                .state();
    }

    @Test
    void aStateThatIsNotLetInIsToldOnceAndHoldsUpNoOther() {
        intake.largest(1000);
        source.show("thing:1", 1);
        source.show("thing:2", 5000);
        run(source);
        awaitTypes("thing:2", "thing.born", "state.stale");
        assertThat(lastPayload("thing:2").toString()).isEqualTo("{\"reason\":\"too large\",\"source\":\"test\"}");
        source.show("thing:1", 2);
        awaitTypes("thing:1", "state.changed", "thing.born", "state.changed");
        source.show("thing:2", 3);
        awaitTypes("thing:2", "thing.born", "state.stale", "state.changed", "state.fresh");
        source.show("thing:1", 9000);
        awaitTypes("thing:1", "state.changed", "thing.born", "state.changed", "state.stale");
        source.show("thing:1", 9001);
        int looks = source.looks.get();
        await().until(() -> source.looks.get() > looks + 3);
        source.show("thing:1", 2);
        awaitTypes("thing:1", "state.changed", "thing.born", "state.changed", "state.stale", "state.fresh");
        source.shown.remove(new Channel("thing:1"));
        awaitTypes(
                "thing:1",
                "state.changed",
                "thing.born",
                "state.changed",
                "state.stale",
                "state.fresh",
                "thing.died",
                "state.deleted");
    }

    /** Changes 10 000 times within a second or so, and has an event to tell of each of them. */
    private static final class Storm implements Poller {
        static final int LAST = 10_000;
        private static final Channel CHANNEL = new Channel("storm:1");
        private final AtomicInteger value = new AtomicInteger();

        void rage() {
            while (value.incrementAndGet() < LAST) {
                LockSupport.parkNanos(50_000);
            }
        }

        @Override
        public ChannelPattern scope() {
            return new ChannelPattern("storm:*");
        }

        @Override
        public Snapshot poll(Map<Channel, ObjectNode> published) {
            return new Snapshot(Map.of(CHANNEL, Json.MAPPER.createObjectNode().put("value", value.get())));
        }

        @Override
        public List<Announcement> explain(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
            int from = before.containsKey(CHANNEL)
                    ? before.get(CHANNEL).path("value").asInt()
                    : 0;
            int to = after.get(CHANNEL).path("value").asInt();
            List<Announcement> all = new ArrayList<>();
            for (int i = from; i < to; i++) {
                all.add(new Announcement(CHANNEL, "thing.counted", Json.MAPPER.createObjectNode()));
            }
            return all;
        }
    }

    @Test
    void ofAStormTheLastStateIsKeptAndWhatIsNotToldIsCounted() {
        Storm storm = new Storm();
        Allowance allowance = new Allowance(10, 50);
        PollerRunner runner = new PollerRunner(
                new PollerRunner.Settings("test", DEFAULT_TENANT, FAST, allowance),
                storm,
                Lease.ALWAYS,
                log,
                intake,
                meters);
        runners.add(runner);
        runner.start();
        storm.rage();
        await().until(() -> state("storm:1") != null
                && state("storm:1").data().tree().path("value").asInt() == Storm.LAST);
        // What a look tells is stored one after the other, and counted once the log has answered.
        await().untilAsserted(() -> {
            double coalesced = meters.get("tidings.poller.coalesced").counter().count();
            assertThat(coalesced + count("storm:1", "thing.counted")).isEqualTo(Storm.LAST);
        });
        assertThat(count("storm:1", "thing.counted")).isLessThan(Storm.LAST / 2);
        assertThat(count("storm:1", "events.coalesced")).isPositive();
        double changed = meters.get("tidings.poller.runs")
                .tag("outcome", "changed")
                .counter()
                .count();
        assertThat(count("storm:1", "state.changed")).isLessThanOrEqualTo((long) changed + 1);
    }

    private long count(String channel, String type) {
        return types(channel).stream().filter(type::equals).count();
    }

    private void awaitTypes(String channel, String... expected) {
        await().untilAsserted(() -> assertThat(types(channel)).containsExactly(expected));
    }

    private void awaitLooks(int more) {
        int before = source.looks.get();
        await().until(() -> source.looks.get() >= before + more);
    }

    @Test
    void aChangeIsStoredBeforeWhatItAmountsToAndAnEndingAfter() {
        source.show("thing:a", 1);
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");

        source.show("thing:a", 2);
        awaitTypes("thing:a", "state.changed", "thing.born", "state.changed");

        source.shown.clear();
        awaitTypes("thing:a", "state.changed", "thing.born", "state.changed", "thing.died", "state.deleted");
        assertThat(state("thing:a")).isNull();
    }

    @Test
    void nothingIsWrittenWhileNothingChanges() {
        source.show("thing:a", 1);
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");
        awaitLooks(5);
        assertThat(types("thing:a")).hasSize(2);
        assertThat(meters.get("tidings.poller.runs")
                        .tag("outcome", "changed")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("tidings.poller.runs")
                        .tag("outcome", "ok")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void aRestartNeitherRepeatsNorMissesAChange() {
        source.show("thing:stays", 1);
        source.show("thing:changes", 1);
        source.show("thing:goes", 1);
        PollerRunner first = run(source);
        awaitTypes("thing:stays", "state.changed", "thing.born");
        awaitTypes("thing:goes", "state.changed", "thing.born");
        first.stop();

        source.show("thing:changes", 2);
        source.shown.remove(new Channel("thing:goes"));
        source.show("thing:comes", 1);
        run(source);

        awaitTypes("thing:goes", "state.changed", "thing.born", "thing.died", "state.deleted");
        awaitTypes("thing:changes", "state.changed", "thing.born", "state.changed");
        awaitTypes("thing:comes", "state.changed", "thing.born");
        awaitLooks(3);
        assertThat(types("thing:stays")).containsExactly("state.changed", "thing.born");
    }

    @Test
    void aLogThatRefusesMissesNothingButTheStepsInBetween() {
        source.show("thing:a", 1);
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");

        intake.refuse(true);
        source.show("thing:a", 2);
        await().until(() -> intake.refused() >= 2);
        source.show("thing:a", 3);
        source.show("thing:b", 1);
        int refused = intake.refused();
        await().until(() -> intake.refused() >= refused + 2);
        intake.refuse(false);

        awaitTypes("thing:b", "state.changed", "thing.born");
        awaitTypes("thing:a", "state.changed", "thing.born", "state.changed");
        assertThat(state("thing:a").data().tree().path("value").asInt()).isEqualTo(3);
    }

    @Test
    void anUnreachableSourceIsStaleOnceAndFreshWhenItIsBack() {
        source.show("thing:a", 1);
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");

        source.broken = "it is gone";
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale");
        assertThat(lastPayload("thing:a").path("reason").asText()).isEqualTo("it is gone");
        assertThat(lastPayload("thing:a").path("source").asText()).isEqualTo("test");
        awaitLooks(3);
        assertThat(state("thing:a").data().tree().path("value").asInt()).isEqualTo(1);

        source.show("thing:a", 2);
        source.broken = "";
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale", "state.changed", "state.fresh");

        source.broken = "gone again";
        await().until(() -> types("thing:a").getLast().equals("state.stale"));
        source.broken = "";
        await().until(() -> types("thing:a").getLast().equals("state.fresh"));
        assertThat(types("thing:a")).hasSize(7);
    }

    @Test
    void aDefectOfThePollerIsAnUnreachableSource() {
        source.show("thing:a", 1);
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");
        source.broken = "defect";
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale");
        source.broken = "";
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale", "state.fresh");
    }

    @Test
    void aStaleMarkOutlivesARestart() {
        source.show("thing:a", 1);
        PollerRunner first = run(source);
        awaitTypes("thing:a", "state.changed", "thing.born");
        source.broken = "it is gone";
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale");
        first.stop();

        PollerRunner second = run(source);
        awaitLooks(3);
        assertThat(types("thing:a")).containsExactly("state.changed", "thing.born", "state.stale");
        second.stop();

        source.broken = "";
        run(source);
        awaitTypes("thing:a", "state.changed", "thing.born", "state.stale", "state.fresh");
        awaitLooks(3);
        assertThat(types("thing:a")).hasSize(4);
    }

    @Test
    void aSingleChannelIsStaleEvenBeforeItHasAState() {
        Source single = new Source("here", "thing:single");
        single.broken = "not yet";
        run(single);
        awaitTypes("thing:single", "state.stale");
        single.show("thing:single", 1);
        single.broken = "";
        awaitTypes("thing:single", "state.stale", "state.changed", "state.fresh", "thing.born");
    }

    @Test
    void anotherPollersStatesAreLeftAlone() {
        Source other = new Source("elsewhere");
        other.show("thing:a", 1);
        run(other);
        awaitTypes("thing:a", "state.changed", "thing.born");

        source.show("thing:a", 2);
        source.show("thing:b", 1);
        run(source);
        awaitTypes("thing:b", "state.changed", "thing.born");
        awaitLooks(3);
        assertThat(types("thing:a")).containsExactly("state.changed", "thing.born");

        other.shown.clear();
        awaitTypes(
                "thing:a", "state.changed", "thing.born", "thing.died", "state.deleted", "state.changed", "thing.born");
        assertThat(source.owns(state("thing:a").data().tree())).isTrue();
    }

    @Test
    void onlyTheHolderOfTheLeaseLooks() {
        SwitchedLease lease = new SwitchedLease();
        source.show("thing:a", 1);
        run(source, lease);
        lease.set(1);
        awaitTypes("thing:a", "state.changed", "thing.born");

        lease.set(Lease.NOT_HELD);
        int looks = source.looks.get();
        // Meanwhile another instance sees it change twice, and this one's view is out of date.
        source.show("thing:a", 2);
        intake.submit(List.of(new Submission.Write(
                        new ChannelKey(DEFAULT_TENANT, new Channel("thing:a")),
                        new Submission.Change.Put(Json.MAPPER
                                .createObjectNode()
                                .put("place", "here")
                                .put("value", 2)),
                        new Submission.Precondition.None(),
                        null,
                        null)))
                .toCompletableFuture()
                .join();
        assertThat(source.looks.get()).isLessThanOrEqualTo(looks + 1);
        lease.set(2);
        awaitLooks(3);
        assertThat(types("thing:a")).containsExactly("state.changed", "thing.born", "state.changed");
    }

    private static final class SwitchedLease implements Lease {
        private volatile long term = NOT_HELD;

        void set(long now) {
            term = now;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public void close() {
            term = NOT_HELD;
        }
    }
}
