package dev.tidings.log;

import static dev.tidings.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Position;
import dev.tidings.testing.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every log does with the positions of durable subscriptions. A subclass for each says how it is opened. */
public abstract class DurablePositionsContract {
    protected static final Duration KEEP = Duration.ofDays(7);
    protected static final DurableName NAME = name("ada", "worker", "jobs:1");

    protected final SettableClock clock = new SettableClock();
    protected EventLog log;
    private EventLog anotherLog;
    protected DurablePositions positions;

    /** The same ones as another instance sees them; the same where there is but one instance. */
    private DurablePositions another;

    /** Opens a log with nothing in it. */
    protected abstract EventLog open(Clock clock);

    /** Opens what another instance has of the log opened last. */
    protected abstract EventLog openAnother(Clock clock);

    @BeforeEach
    void openBoth() {
        log = open(clock);
        anotherLog = openAnother(clock);
        use(KEEP, 10);
    }

    private void use(Duration keep, int perSubject) {
        DurablePositions.Settings settings = new DurablePositions.Settings(keep.toMillis(), perSubject);
        positions = log.positions(settings);
        another = anotherLog.equals(log) ? positions : anotherLog.positions(settings);
    }

    @AfterEach
    void closeBoth() {
        anotherLog.close();
        log.close();
    }

    private static DurableName name(String subject, String name, String channel) {
        return name("acme", subject, name, channel);
    }

    private static DurableName name(String tenant, String subject, String name, String channel) {
        return new DurableName(new ChannelKey(tenant, new Channel(channel)), subject, name);
    }

    protected static Position at(String epoch, long offset) {
        return new Position(epoch, offset);
    }

    protected Position begin(DurableName name, Position start) {
        return get(positions.begin(name, start)).orElseThrow();
    }

    protected void acknowledge(DurableName name, Position position) {
        get(positions.acknowledge(Map.of(name, position)));
    }

    protected void assertKept(DurableName name, Position position) {
        assertThat(get(another.find(name))).contains(position);
        assertThat(get(positions.find(name))).contains(position);
    }

    @Test
    void nothingIsKeptUnderANewName() {
        assertThat(get(positions.find(NAME))).isEmpty();
    }

    @Test
    void whoeverBeginsFirstSaysWhere() {
        assertThat(begin(NAME, at("e", 7))).isEqualTo(at("e", 7));
        assertThat(get(another.begin(NAME, at("e", 9)))).contains(at("e", 7));
        assertKept(NAME, at("e", 7));
    }

    @Test
    void aPositionMovesForwardOnly() {
        begin(NAME, at("e", 0));
        acknowledge(NAME, at("e", 5));
        assertKept(NAME, at("e", 5));
        get(another.acknowledge(Map.of(NAME, at("e", 3))));
        assertKept(NAME, at("e", 5));
        acknowledge(NAME, at("e", 5));
        assertKept(NAME, at("e", 5));
        get(another.acknowledge(Map.of(NAME, at("e", 10_000_000_000L))));
        assertKept(NAME, at("e", 10_000_000_000L));
    }

    @Test
    void aNewNumberingReplacesAnOldOneAndNotTheOtherWayRound() {
        String epoch = get(log.read(NAME.channel(), Range.HEAD)).head().newest().epoch();
        begin(NAME, at("old", 40));
        acknowledge(NAME, at("other", 50));
        assertKept(NAME, at("old", 40));
        acknowledge(NAME, at(epoch, 2));
        assertKept(NAME, at(epoch, 2));
        acknowledge(NAME, at("old", 60));
        assertKept(NAME, at(epoch, 2));
    }

    @Test
    void theNumberingOfAUsedChannelCounts() {
        Position newest = new TestLog(log, clock).fill(NAME.channel(), 3);
        begin(NAME, at("old", 40));
        acknowledge(NAME, newest);
        assertKept(NAME, newest);
        acknowledge(NAME, at("old", 41));
        assertKept(NAME, newest);
    }

    @Test
    void whatHasBeenLostComesBackWithTheNextAcknowledgement() {
        acknowledge(NAME, at("e", 4));
        assertKept(NAME, at("e", 4));
    }

    @Test
    void nobodyMeetsTheirNamesake() {
        begin(NAME, at("e", 1));
        Map<DurableName, Position> others = new HashMap<>();
        others.put(name("eve", "worker", "jobs:1"), at("e", 2));
        others.put(name("ada", "other", "jobs:1"), at("e", 3));
        others.put(name("ada", "worker", "jobs:2"), at("e", 4));
        others.put(name("rivals", "ada", "worker", "jobs:1"), at("e", 5));
        others.put(name("acme:ada", "x", "worker", "jobs:1"), at("e", 6));
        others.put(name("acme", "ada:x", "worker", "jobs:1"), at("e", 7));
        others.put(name("acme", "\u00e9|{x} %", "worker", "jobs:1"), at("e", 8));
        others.forEach((name, position) ->
                assertThat(get(positions.find(name))).as(name.toString()).isEmpty());
        get(positions.acknowledge(others));
        others.forEach(this::assertKept);
        assertKept(NAME, at("e", 1));
    }

    @Test
    void manyAtOnceAreAllKept() {
        Map<DurableName, Position> many = new HashMap<>();
        for (int i = 0; i < 1200; i++) {
            many.put(name("subject-" + i % 300, "worker", "jobs:" + i), at("e", i + 1));
        }
        get(positions.acknowledge(many));
        many.forEach((name, position) -> assertThat(get(another.find(name))).contains(position));
    }

    @Test
    void aSubjectHasSoManyInAllChannelsTogether() {
        for (int i = 0; i < 10; i++) {
            begin(name("ada", "n" + i % 2, "jobs:" + i), at("e", i));
        }
        assertThat(get(positions.begin(name("ada", "n", "jobs:more"), at("e", 0))))
                .isEmpty();
        assertThat(get(another.find(name("ada", "n", "jobs:more")))).isEmpty();
        assertThat(begin(name("ada", "n1", "jobs:3"), at("e", 0)))
                .as("what is there goes on")
                .isEqualTo(at("e", 3));
        assertThat(get(positions.begin(name("eve", "n", "jobs:1"), at("e", 0)))).isPresent();
        assertThat(get(positions.begin(name("rivals", "ada", "n", "jobs:1"), at("e", 0))))
                .isPresent();
    }

    @Test
    void whatNobodyComesForIsForgotten() {
        use(Duration.ofMillis(300), 1);
        begin(NAME, at("e", 1));
        clock.advance(Duration.ofMillis(301));
        Awaitility.await().until(() -> get(another.find(NAME)).isEmpty());
        DurableName next = name("ada", "next", "jobs:1");
        Optional<Position> begun = get(positions.begin(next, at("e", 2)));
        assertThat(begun).as("it does not count any more").contains(at("e", 2));
    }
}
