package dev.tidings.log;

import static dev.tidings.log.TestLog.json;
import static dev.tidings.log.TestLog.key;
import static dev.tidings.log.TestLog.offsets;
import static dev.tidings.log.TestLog.payloads;
import static dev.tidings.log.TestLog.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.testing.SettableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every log does. A subclass for each says how it is opened. */
public abstract class EventLogContract {
    protected static final ChannelKey ROOM = key("room:1");

    /** Its channels keep three events, for a minute. */
    protected static final ChannelKey SHORT = key("short:1");

    protected final SettableClock clock = new SettableClock();
    protected TestLog log;

    /** The same log seen by another instance; the same one where there is but one. */
    protected TestLog other;

    protected static Retention retention(String namespace) {
        return switch (namespace) {
            case "short" -> new Retention(3, Duration.ofMinutes(1));
            case "none" -> new Retention(0, Duration.ofMinutes(1));
            default -> Retention.DEFAULT;
        };
    }

    /** Opens a log with nothing in it. */
    protected abstract EventLog open(Retention.Policy retention, Clock clock);

    /** Opens what another instance has of the log opened last. */
    protected abstract EventLog openAnother(Retention.Policy retention, Clock clock);

    @BeforeEach
    void openBoth() {
        log = new TestLog(open(EventLogContract::retention, clock), clock);
        other = new TestLog(openAnother(EventLogContract::retention, clock), clock);
    }

    @AfterEach
    void closeBoth() {
        other.log().close();
        log.log().close();
    }

    // Places

    @Test
    void knowsWhichTenantsThereAre() {
        assertThat(log.tenants()).isEmpty();
        log.append(log.draft(ROOM, "1"));
        log.append(log.draft(SHORT, "1"));
        log.append(log.draft(new ChannelKey("b", ROOM.channel()), "1"));
        log.append(log.draft(new ChannelKey("\u4e16 b", ROOM.channel()), "1"));
        assertThat(other.tenants()).containsExactlyInAnyOrder(ROOM.tenant(), "b", "\u4e16 b");
    }

    @Test
    void offsetsRunFromOneInEachChannel() {
        assertThat(log.fill(ROOM, 3).offset()).isEqualTo(3);
        assertThat(log.fill(key("room:2"), 2).offset()).isEqualTo(2);
        Slice slice = log.read(ROOM, new Since.Beginning());
        assertThat(offsets(slice.events())).containsExactly(1L, 2L, 3L);
        assertThat(slice.events()).allMatch(event -> event.key().equals(ROOM));
        assertThat(slice.reach()).isEqualTo(Slice.Reach.WHOLE);
        assertThat(slice.cut()).isFalse();
    }

    @Test
    void theEpochIsThereBeforeTheFirstEvent() {
        Position before = log.head(ROOM).newest();
        assertThat(before.offset()).isZero();
        assertThat(other.head(ROOM).newest()).isEqualTo(before);
        Position first = log.fill(ROOM, 1);
        assertThat(first).isEqualTo(new Position(before.epoch(), 1));
        assertThat(log.read(ROOM, new Since.After(before)).continuous()).isTrue();
        assertThat(log.fill(ROOM, 1)).isEqualTo(new Position(before.epoch(), 2));
        assertThat(other.head(ROOM).newest()).isEqualTo(new Position(before.epoch(), 2));
    }

    @Test
    void anEventComesBackAsItWas() {
        String odd =
                "{'big':123456789012345678901234567890,'exact':1.10,'text':'\u00e9\u4e16\ud83d\ude00\\\\u0000','deep':"
                        + "[".repeat(90) + "]".repeat(90) + "}";
        ChannelKey key = new ChannelKey("tenant: \u00fc/{x}%", new Channel("room:a.b~c@d+e=f/g-h"));
        Draft draft = new Draft(key, "a.b", "id \u4e16|:1", false, clock.millis(), json(odd), "cause \u00e9", null);
        Recorder recorder = new Recorder();
        other.log().follow(recorder);
        Position position = stored(log.append(draft)).position();
        Event heard = recorder.awaitCount(1).heard().getFirst();
        Event read = log.read(key, new Since.Beginning()).events().getFirst();
        assertThat(heard).isEqualTo(read);
        assertThat(read)
                .isEqualTo(new Event(
                        key,
                        "a.b",
                        "id \u4e16|:1",
                        position,
                        read.sequence(),
                        draft.timestamp(),
                        json(odd),
                        "cause \u00e9"));
    }

    @Test
    void tenantsHaveNothingInCommon() {
        ChannelKey theirs = new ChannelKey("other", ROOM.channel());
        log.fill(ROOM, 2);
        assertThat(log.head(theirs).newest().offset()).isZero();
        log.append(log.idempotent(ROOM, "same", "1"));
        assertThat(stored(log.append(log.idempotent(theirs, "same", "1"))).duplicate())
                .isFalse();
        assertThat(log.head(theirs).newest().offset()).isEqualTo(1);
        assertThat(log.names("other", null, "", 10)).containsExactly("room:1");
        assertThat(log.replay("room:*", new Since.Beginning()).events())
                .allMatch(event -> event.key().equals(ROOM))
                .hasSize(3);
    }

    // Idempotency

    @Test
    void theSameIdGetsTheFirstAnswer() {
        Appended.Stored first = stored(log.append(log.idempotent(ROOM, "a", "1")));
        clock.advance(Duration.ofSeconds(5));
        Appended.Stored again = stored(other.append(other.idempotent(ROOM, "a", "2")));
        assertThat(again).isEqualTo(new Appended.Stored(first.position(), "a", first.timestamp(), true));
        assertThat(log.head(ROOM).newest()).isEqualTo(first.position());
        assertThat(payloads(log.read(ROOM, new Since.Beginning()).events())).containsExactly("1");
    }

    @Test
    void theSameIdTwiceInABatchIsStoredOnce() {
        List<Appended> answers = log.append(List.of(
                log.idempotent(ROOM, "a", "1"), log.idempotent(ROOM, "b", "2"), log.idempotent(ROOM, "a", "3")));
        assertThat(answers.stream().map(answer -> stored(answer).position().offset()))
                .containsExactly(1L, 2L, 1L);
        assertThat(answers.stream().map(answer -> stored(answer).duplicate())).containsExactly(false, false, true);
    }

    @Test
    void anIdThatTheServiceMadeIsNotLookedAt() {
        Draft draft = log.draft(ROOM, "1");
        log.append(draft);
        assertThat(stored(log.append(draft)).position().offset()).isEqualTo(2);
    }

    @Test
    void theIdOfAWriteThatChangesNothingIsRememberedToo() {
        Position state = stored(
                        log.append(log.write(ROOM, "{'a':1}", log.head(ROOM).statePosition())))
                .position();
        Position newest = log.fill(ROOM, 1);
        Appended.Stored unchanged = stored(log.append(log.unchanged(ROOM, "a", state)));
        assertThat(unchanged).isEqualTo(new Appended.Stored(newest, "a", clock.millis(), true));
        clock.advance(Duration.ofSeconds(5));
        log.fill(ROOM, 1);
        assertThat(stored(other.append(other.idempotent(ROOM, "a", "2")))).isEqualTo(unchanged);
        assertThat(log.head(ROOM).newest().offset()).isEqualTo(3);
        assertThat(log.read(ROOM, new Since.Beginning()).events()).hasSize(3);
    }

    @Test
    void aWriteThatWouldChangeSomethingMeanwhileIsNotRemembered() {
        Position none = log.head(ROOM).statePosition();
        log.append(log.write(ROOM, "{'a':1}", none));
        assertThat(log.append(log.unchanged(ROOM, "a", none))).isEqualTo(new Appended.Conflict(log.head(ROOM)));
        assertThat(stored(log.append(log.idempotent(ROOM, "a", "2"))).duplicate())
                .isFalse();
    }

    @Test
    void rememberingAnIdMakesNoChannel() {
        Position none = log.head(ROOM).statePosition();
        Appended.Stored unchanged = stored(log.append(log.unchanged(ROOM, "a", none)));
        assertThat(unchanged.position()).isEqualTo(none);
        assertThat(log.names("default", null, "", 10)).isEmpty();
        assertThat(stored(log.append(log.idempotent(ROOM, "a", "2")))).isEqualTo(unchanged);
        Position first = log.fill(ROOM, 1);
        assertThat(first).isEqualTo(new Position(none.epoch(), 1));
    }

    // State

    @Test
    void stateIsWrittenWhereItIsExpected() {
        Head none = log.head(ROOM);
        assertThat(none.state()).isNull();
        Appended.Stored first = stored(log.append(log.write(ROOM, "{'a':1}", none.statePosition())));
        assertThat(log.head(ROOM))
                .isEqualTo(new Head(first.position(), new State(json("{'a':1}"), first.position(), first.timestamp())));
        log.fill(ROOM, 2);
        Head head = other.head(ROOM);
        assertThat(head.newest().offset()).isEqualTo(3);
        assertThat(head.statePosition()).isEqualTo(first.position());
        assertThat(log.append(log.write(ROOM, "{'a':2}", first.position()))).isInstanceOf(Appended.Stored.class);
    }

    @Test
    void aConflictSaysWhereTheChannelStandsAndDisturbsNobody() {
        Position none = log.head(ROOM).statePosition();
        log.append(log.write(ROOM, "{'a':1}", none));
        log.fill(ROOM, 1);
        List<Appended> answers = other.append(
                List.of(other.draft(ROOM, "7"), other.write(ROOM, "{'a':2}", none), other.draft(key("room:2"), "8")));
        assertThat(answers.get(0)).isInstanceOf(Appended.Stored.class);
        assertThat(answers.get(1)).isEqualTo(new Appended.Conflict(log.head(ROOM)));
        assertThat(answers.get(2)).isInstanceOf(Appended.Stored.class);
        assertThat(log.head(ROOM).newest().offset()).isEqualTo(3);
        State state = log.head(ROOM).state();
        assertThat(state).isNotNull();
        assertThat(state.data()).isEqualTo(json("{'a':1}"));
    }

    @Test
    void aPlaceInAnotherEpochIsAConflict() {
        Appended.Stored first =
                stored(log.append(log.write(ROOM, "{}", log.head(ROOM).statePosition())));
        Position elsewhere = new Position("elsewhere", first.position().offset());
        assertThat(log.append(log.write(ROOM, "{'a':1}", elsewhere))).isInstanceOf(Appended.Conflict.class);
        Position nowhere = new Position("elsewhere", 0);
        assertThat(log.append(log.write(key("room:2"), "{}", nowhere)))
                .isEqualTo(new Appended.Conflict(log.head(key("room:2"))));
    }

    @Test
    void aChainHoldsAsItsBeginningDoes() {
        Position none = log.head(ROOM).statePosition();
        List<Appended> good = log.append(
                List.of(log.write(ROOM, "{'a':1}", none), log.draft(ROOM, "1"), log.write(ROOM, "{}", null)));
        assertThat(good).allMatch(Appended.Stored.class::isInstance);
        assertThat(log.head(ROOM).statePosition().offset()).isEqualTo(3);
        List<Appended> bad = log.append(
                List.of(log.write(ROOM, "{'a':2}", none), log.draft(ROOM, "2"), log.write(ROOM, null, null)));
        assertThat(bad.get(0)).isInstanceOf(Appended.Conflict.class);
        assertThat(bad.get(1)).isInstanceOf(Appended.Stored.class);
        assertThat(bad.get(2)).isInstanceOf(Appended.Conflict.class);
        assertThat(log.append(log.write(ROOM, "{}", null))).isInstanceOf(Appended.Conflict.class);
    }

    @Test
    void aChainDoesNotHoldAfterADuplicate() {
        Draft.StateWrite first =
                new Draft.StateWrite(json("{'a':1}"), true, log.head(ROOM).statePosition());
        Draft draft = new Draft(ROOM, "state.changed", "a", true, clock.millis(), json("{}"), null, first);
        Position at = stored(log.append(draft)).position();
        List<Appended> answers =
                log.append(List.of(log.write(ROOM, "{'a':2}", at), draft, log.write(ROOM, "{'a':1,'b':1}", null)));
        assertThat(answers.get(0)).isInstanceOf(Appended.Stored.class);
        assertThat(stored(answers.get(1)).duplicate()).isTrue();
        assertThat(answers.get(2)).isInstanceOf(Appended.Conflict.class);
    }

    @Test
    void aDeletedStateIsGone() {
        Position at = stored(
                        log.append(log.write(ROOM, "{'a':1}", log.head(ROOM).statePosition())))
                .position();
        log.append(log.write(ROOM, null, at));
        Head head = log.head(ROOM);
        assertThat(head.state()).isNull();
        assertThat(head.newest().offset()).isEqualTo(2);
        assertThat(log.append(log.write(ROOM, "{'b':1}", at))).isEqualTo(new Appended.Conflict(head));
        assertThat(log.append(log.write(ROOM, "{'b':1}", head.statePosition()))).isInstanceOf(Appended.Stored.class);
    }

    @Test
    void stateOutlivesItsEvent() {
        log.append(log.write(SHORT, "{'a':1}", log.head(SHORT).statePosition()));
        log.fill(SHORT, 5);
        clock.advance(Duration.ofMinutes(2));
        Slice slice = log.read(SHORT, new Since.Beginning());
        assertThat(slice.events()).isEmpty();
        State state = slice.head().state();
        assertThat(state).isNotNull();
        assertThat(state.data()).isEqualTo(json("{'a':1}"));
        assertThat(state.position().offset()).isEqualTo(1);
        assertThat(log.names("acme", null, "", 10)).containsExactly("short:1");
    }

    @Test
    void writersThatTryAgainLoseNothing() {
        int each = 40;
        int all = 4 * each;
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (TestLog writer : List.of(log, other, log, other)) {
            writers.add(TestLog.inBackground(() -> {
                for (int i = 0; i < each; i++) {
                    increment(writer);
                }
            }));
        }
        writers.forEach(TestLog::get);
        State state = log.head(ROOM).state();
        assertThat(state).isNotNull();
        assertThat(state.data().tree().get("n").asInt()).isEqualTo(all);
        assertThat(log.head(ROOM).newest().offset()).isEqualTo(all);
    }

    private static void increment(TestLog log) {
        Head head = log.head(ROOM);
        while (true) {
            int n = head.state() == null
                    ? 0
                    : head.state().data().tree().get("n").asInt();
            Appended answer = log.append(log.write(ROOM, "{'n':" + (n + 1) + "}", head.statePosition()));
            if (!(answer instanceof Appended.Conflict(Head current))) {
                return;
            }
            head = current;
        }
    }

    // Batches

    @Test
    void aBatchIsStoredInItsOrder() {
        ChannelKey second = key("room:2");
        List<Draft> drafts = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            drafts.add(log.draft(i % 2 == 0 ? ROOM : second, Integer.toString(i)));
        }
        Recorder recorder = new Recorder();
        log.log().follow(recorder);
        List<Appended> answers = log.append(drafts);
        assertThat(answers).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(stored(answers.get(i)).id()).isEqualTo(drafts.get(i).id());
            assertThat(stored(answers.get(i)).position().offset()).isEqualTo(i / 2 + 1);
        }
        recorder.awaitCount(1000).assertContiguous(log.log());
        assertThat(payloads(recorder.heard(ROOM)))
                .isEqualTo(IntStream.rangeClosed(1, 500)
                        .mapToObj(i -> Integer.toString(2 * i))
                        .toList());
    }

    @Test
    void aBatchMayHaveManyChannels() {
        List<Draft> drafts = IntStream.range(0, 1000)
                .mapToObj(i -> log.draft(key("many:" + i), "1"))
                .toList();
        Recorder recorder = new Recorder();
        other.log().follow(recorder);
        assertThat(log.append(drafts))
                .allMatch(answer -> stored(answer).position().offset() == 1);
        recorder.awaitCount(1000).assertContiguous(log.log());
        assertThat(recorder.heard().stream().map(Event::key).distinct()).hasSize(1000);
    }

    @Test
    void anEmptyBatchHasNoAnswers() {
        assertThat(log.append(List.of())).isEmpty();
    }

    // Reading

    @Test
    void whatWasTrimmedIsSaidToBe() {
        Position newest = log.fill(SHORT, 10);
        Slice all = log.read(SHORT, new Since.Beginning());
        assertThat(offsets(all.events())).containsExactly(8L, 9L, 10L);
        assertThat(all.reach()).isEqualTo(Slice.Reach.TRIMMED);
        Slice late = log.read(SHORT, new Since.After(new Position(newest.epoch(), 6)));
        assertThat(late.reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(offsets(late.events())).containsExactly(8L, 9L, 10L);
        Slice just = log.read(SHORT, new Since.After(new Position(newest.epoch(), 7)));
        assertThat(just.continuous()).isTrue();
        assertThat(offsets(just.events())).containsExactly(8L, 9L, 10L);
        assertThat(log.read(SHORT, new Since.After(newest)).continuous()).isTrue();
        assertThat(log.read(SHORT, new Since.After(newest)).events()).isEmpty();
    }

    @Test
    void whatIsTooOldIsGone() {
        Position second = log.fill(SHORT, 2);
        clock.advance(Duration.ofSeconds(50));
        log.fill(SHORT, 1);
        clock.advance(Duration.ofSeconds(20));
        Slice all = log.read(SHORT, new Since.Beginning());
        assertThat(offsets(all.events())).containsExactly(3L);
        assertThat(all.reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(log.read(SHORT, new Since.After(second)).continuous()).isTrue();
        assertThat(log.read(SHORT, new Since.After(new Position(second.epoch(), 1)))
                        .reach())
                .isEqualTo(Slice.Reach.TRIMMED);
        Slice forward = log.read(SHORT, new Range(new Since.Beginning(), Range.Before.END, List.of(), 1, false));
        assertThat(offsets(forward.events())).containsExactly(3L);
        assertThat(forward.cut()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(log.read(SHORT, new Since.Beginning()).events()).isEmpty();
        assertThat(log.read(SHORT, new Since.Beginning()).reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(log.head(SHORT).newest()).isEqualTo(new Position(second.epoch(), 3));
    }

    @Test
    void aChannelMayRetainNothing() {
        ChannelKey none = key("none:1");
        Position newest = log.fill(none, 2);
        assertThat(log.read(none, new Since.Beginning()).events()).isEmpty();
        assertThat(log.read(none, new Since.Beginning()).reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(log.read(none, new Since.After(newest)).continuous()).isTrue();
    }

    @Test
    void aPlaceInAnotherEpochGetsAllThatIsRetained() {
        log.fill(ROOM, 2);
        Slice slice = log.read(ROOM, new Since.After(new Position("elsewhere", 1)));
        assertThat(slice.reach()).isEqualTo(Slice.Reach.OTHER_EPOCH);
        assertThat(offsets(slice.events())).containsExactly(1L, 2L);
    }

    @Test
    void aPlaceBeyondTheNewestIsAhead() {
        Position newest = log.fill(ROOM, 2);
        Slice slice = log.read(ROOM, new Since.After(new Position(newest.epoch(), 3)));
        assertThat(slice.reach()).isEqualTo(Slice.Reach.AHEAD);
        assertThat(slice.events()).isEmpty();
    }

    @Test
    void eventsSinceAMoment() {
        long start = clock.millis();
        log.fill(SHORT, 1);
        clock.advance(Duration.ofSeconds(10));
        log.fill(SHORT, 2);
        Slice some = log.read(SHORT, new Since.AtTime(start + 1));
        assertThat(offsets(some.events())).containsExactly(2L, 3L);
        assertThat(some.continuous()).isTrue();
        assertThat(log.read(SHORT, new Since.AtTime(start - 1000)).continuous()).isTrue();
        clock.advance(Duration.ofSeconds(10));
        log.fill(SHORT, 1);
        Slice trimmed = log.read(SHORT, new Since.AtTime(start - 1000));
        assertThat(trimmed.reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(offsets(trimmed.events())).containsExactly(2L, 3L, 4L);
        assertThat(log.read(SHORT, new Since.AtTime(start + 10_000)).continuous())
                .isTrue();
    }

    @Test
    void aMomentIsReachedWhenAllThatIsGoneIsOlder() {
        log.fill(SHORT, 1);
        clock.advance(Duration.ofSeconds(61));
        long now = clock.millis();
        assertThat(log.read(SHORT, new Since.AtTime(now - 30_000)).continuous()).isTrue();
        assertThat(log.read(SHORT, new Since.AtTime(now - 62_000)).reach()).isEqualTo(Slice.Reach.TRIMMED);
        log.fill(SHORT, 1);
        Slice some = log.read(SHORT, new Since.AtTime(now - 30_000));
        assertThat(some.continuous()).isTrue();
        assertThat(offsets(some.events())).containsExactly(2L);
        log.fill(SHORT, 3);
        assertThat(log.read(SHORT, new Since.AtTime(now - 30_000)).reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(log.read(key("none:1"), new Since.AtTime(now)).continuous()).isTrue();
        log.fill(key("none:1"), 1);
        assertThat(log.read(key("none:1"), new Since.AtTime(now)).reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(log.replay("short:*", new Since.AtTime(now - 30_000)).complete())
                .isFalse();
    }

    @Test
    void theLastSoMany() {
        log.fill(SHORT, 2);
        assertThat(log.read(SHORT, new Since.Last(5)).continuous()).isTrue();
        assertThat(offsets(log.read(SHORT, new Since.Last(1)).events())).containsExactly(2L);
        assertThat(log.read(SHORT, new Since.Last(0)).continuous()).isTrue();
        assertThat(log.read(SHORT, new Since.Last(0)).events()).isEmpty();
        log.fill(SHORT, 8);
        assertThat(log.read(SHORT, new Since.Last(3)).continuous()).isTrue();
        assertThat(offsets(log.read(SHORT, new Since.Last(2)).events())).containsExactly(9L, 10L);
        assertThat(log.read(SHORT, new Since.Last(4)).reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(offsets(log.read(SHORT, new Since.Last(4)).events())).containsExactly(8L, 9L, 10L);
    }

    @Test
    void limitsCutAtTheFarEnd() {
        log.fill(ROOM, 10);
        Since.InChannel all = new Since.Beginning();
        Slice first = log.read(ROOM, new Range(all, Range.Before.END, List.of(), 4, false));
        assertThat(offsets(first.events())).containsExactly(1L, 2L, 3L, 4L);
        assertThat(first.cut()).isTrue();
        Slice last = log.read(ROOM, new Range(all, Range.Before.END, List.of(), 4, true));
        assertThat(offsets(last.events())).containsExactly(10L, 9L, 8L, 7L);
        assertThat(last.cut()).isTrue();
        assertThat(last.reach()).isEqualTo(Slice.Reach.WHOLE);
        Slice exact = log.read(ROOM, new Range(all, Range.Before.END, List.of(), 10, true));
        assertThat(exact.events()).hasSize(10);
        assertThat(exact.cut()).isFalse();
        Slice nothing = log.read(ROOM, new Range(all, Range.Before.END, List.of(), 0, false));
        assertThat(nothing.events()).isEmpty();
        assertThat(nothing.head().newest().offset()).isEqualTo(10);
    }

    @Test
    void rangesEndBeforeAPlaceOrAMoment() {
        long start = clock.millis();
        Position fifth = log.fill(ROOM, 5);
        clock.advance(Duration.ofSeconds(1));
        log.fill(ROOM, 5);
        Range.Before place = new Range.Before(new Position(fifth.epoch(), 4), Long.MAX_VALUE);
        assertThat(offsets(log.read(ROOM, new Range(new Since.Beginning(), place, List.of(), 2, true))
                        .events()))
                .containsExactly(3L, 2L);
        assertThat(offsets(log.read(ROOM, new Range(new Since.Last(2), place, List.of(), 10, false))
                        .events()))
                .containsExactly(2L, 3L);
        Range.Before moment = new Range.Before(null, start + 1);
        assertThat(offsets(log.read(ROOM, new Range(new Since.Last(2), moment, List.of(), 10, false))
                        .events()))
                .containsExactly(4L, 5L);
        assertThat(offsets(log.read(ROOM, new Range(new Since.Beginning(), moment, List.of(), 2, true))
                        .events()))
                .containsExactly(5L, 4L);
        Range.Before elsewhere = new Range.Before(new Position("elsewhere", 4), Long.MAX_VALUE);
        assertThat(log.read(ROOM, new Range(new Since.Beginning(), elsewhere, List.of(), 10, false))
                        .events())
                .isEmpty();
    }

    @Test
    void globsChooseAmongTypes() {
        for (int i = 0; i < 10; i++) {
            log.append(log.draftOf(ROOM, i % 2 == 0 ? "agent.started" : "pr.created"));
        }
        List<Glob> globs = List.of(new Glob("agent.*"), new Glob("*.merged"));
        Slice some = log.read(ROOM, new Range(new Since.Beginning(), Range.Before.END, globs, 3, true));
        assertThat(offsets(some.events())).containsExactly(9L, 7L, 5L);
        assertThat(some.cut()).isTrue();
        Slice all = log.read(ROOM, new Range(new Since.Beginning(), Range.Before.END, globs, 5, false));
        assertThat(offsets(all.events())).containsExactly(1L, 3L, 5L, 7L, 9L);
        assertThat(all.cut()).isFalse();
    }

    // Patterns

    @Test
    void aPatternIsReplayedFromACursor() {
        log.fill(ROOM, 2);
        Replay now = log.replay("room:*", new Since.Now());
        assertThat(now.complete()).isTrue();
        assertThat(now.events()).isEmpty();
        log.fill(ROOM, 2);
        other.fill(key("room:2"), 1);
        log.fill(key("roomy:1"), 1);
        log.append(log.draft(new ChannelKey("other", ROOM.channel()), "1"));
        Replay since = log.replay(
                "room:*", new Since.AfterCursor(Cursor.parse(now.cursor().toString())));
        assertThat(since.complete()).isTrue();
        assertThat(since.events())
                .hasSize(3)
                .allMatch(event -> event.channel().namespace().equals("room"));
        assertThat(log.replay("room:2*", new Since.AfterCursor(now.cursor())).events())
                .hasSize(1);
        assertThat(log.replay("room:1", new Since.AfterCursor(now.cursor())).events())
                .hasSize(2);
        assertThat(log.replay("room", new Since.AfterCursor(now.cursor())).events())
                .isEmpty();
        assertThat(log.replay("room:*", new Since.AfterCursor(since.cursor())).events())
                .isEmpty();
        Cursor elsewhere = new Cursor("elsewhere", now.cursor().sequences());
        assertThat(log.replay("room:*", new Since.AfterCursor(elsewhere)).complete())
                .isFalse();
        Cursor ahead = new Cursor(
                now.cursor().epoch(),
                now.cursor().sequences().stream()
                        .map(sequence -> sequence + 1000)
                        .toList());
        assertThat(log.replay("room:*", new Since.AfterCursor(ahead)).complete())
                .isFalse();
    }

    @Test
    void aCursorReachesAsFarAsTheChannelsRetain() {
        Cursor start = log.replay("short:*", new Since.Now()).cursor();
        log.fill(SHORT, 3);
        assertThat(log.replay("short:*", new Since.AfterCursor(start)).complete())
                .isTrue();
        assertThat(log.replay("short:*", new Since.AfterCursor(start)).events()).hasSize(3);
        Cursor second = log.replay("short:*", new Since.Now()).cursor();
        log.fill(SHORT, 1);
        assertThat(log.replay("short:*", new Since.AfterCursor(start)).complete())
                .isFalse();
        assertThat(log.replay("short:*", new Since.AfterCursor(start)).events()).isEmpty();
        assertThat(log.replay("short:*", new Since.AfterCursor(second)).complete())
                .isTrue();
        clock.advance(Duration.ofSeconds(61));
        assertThat(log.replay("short:*", new Since.AfterCursor(second)).complete())
                .isFalse();
        Cursor third = log.replay("short:*", new Since.Now()).cursor();
        log.fill(key("none:1"), 1);
        assertThat(log.replay("none:*", new Since.AfterCursor(third)).complete())
                .isFalse();
        assertThat(log.replay("short:*", new Since.AfterCursor(third)).complete())
                .isTrue();
        Cursor nowhere = new Cursor(third.epoch(), List.of());
        assertThat(log.replay("short:*", new Since.AfterCursor(nowhere)).complete())
                .isFalse();
    }

    @Test
    void aPatternIsReplayedFromAMomentOrByCount() {
        long start = clock.millis();
        log.fill(ROOM, 2);
        clock.advance(Duration.ofSeconds(1));
        log.fill(key("room:2"), 2);
        clock.advance(Duration.ofSeconds(1));
        log.fill(ROOM, 1);
        Replay since = log.replay("room:*", new Since.AtTime(start + 1));
        assertThat(since.complete()).isTrue();
        assertThat(offsets(since.events())).containsExactly(1L, 2L, 3L);
        Replay last = log.replay("room:*", new Since.Last(2));
        assertThat(last.complete()).isTrue();
        assertThat(offsets(last.events())).containsExactly(2L, 3L);
        assertThat(log.replay("room:*", new Since.Last(100)).events()).hasSize(5);
        assertThat(log.replay("room:*", new Since.Last(100)).complete()).isTrue();
        log.fill(SHORT, 4);
        assertThat(log.replay("short:*", new Since.AtTime(start)).complete()).isFalse();
        assertThat(log.replay("short:*", new Since.Last(4)).complete()).isFalse();
        assertThat(log.replay("nobody:*", new Since.Last(4)).complete()).isTrue();
    }

    @Test
    void channelsAreListedInOrder() {
        List<Draft> drafts = IntStream.range(0, 30)
                .mapToObj(i -> log.draft(key("room:" + (char) ('a' + i % 26) + i), "1"))
                .toList();
        log.append(drafts);
        log.fill(key("alpha"), 2);
        log.append(log.draft(new ChannelKey("other", new Channel("room:z")), "1"));
        log.head(key("room:unused"));
        List<String> all = log.names("acme", null, "", 100);
        assertThat(all).hasSize(31).isSorted().doesNotContain("room:unused").contains("alpha");
        List<String> paged = new ArrayList<>();
        String after = "";
        while (true) {
            List<String> page = other.names("acme", "room:*", after, 7);
            if (page.isEmpty()) {
                break;
            }
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            paged.addAll(page);
            after = page.getLast();
        }
        assertThat(paged).isEqualTo(all.subList(1, 31));
        assertThat(log.names("acme", "room:a*", "", 100)).containsExactly("room:a0", "room:a26");
        assertThat(log.names("acme", "alpha", "", 100)).containsExactly("alpha");
        assertThat(log.names("acme", "alpha", "alpha", 100)).isEmpty();
        assertThat(log.names("nobody", null, "", 100)).isEmpty();
        Head head =
                TestLog.get(log.log().channels("acme", null, "", 1)).getFirst().head();
        assertThat(head).isEqualTo(log.head(key("alpha")));
    }

    @Test
    void aChannelWithNothingLeftIsNotListed() {
        log.fill(SHORT, 1);
        assertThat(log.names("acme", null, "", 10)).containsExactly("short:1");
        clock.advance(Duration.ofMinutes(2));
        assertThat(log.names("acme", null, "", 10)).isEmpty();
    }

    // Following

    @Test
    void followersHearEverythingOnceAndInOrder() {
        int each = 1000;
        Recorder early = new Recorder();
        Recorder elsewhere = new Recorder();
        log.log().follow(early);
        other.log().follow(elsewhere);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            TestLog through = writer % 2 == 0 ? log : other;
            int first = writer * 1_000_000;
            writers.add(TestLog.inBackground(() -> write(through, first, each)));
        }
        writers.forEach(TestLog::get);
        for (Recorder recorder : List.of(early, elsewhere)) {
            recorder.awaitCount(4 * each).assertContiguous(log.log());
            assertThat(recorder.heard()).hasSize(4 * each);
            assertThat(recorder.lost()).isEmpty();
        }
    }

    /** Writes numbers to ten channels, in batches. */
    private static void write(TestLog log, int first, int count) {
        for (int i = 0; i < count; i += 20) {
            List<Draft> batch = new ArrayList<>();
            for (int j = i; j < i + 20; j++) {
                batch.add(log.draft(key("room:" + j % 10), Integer.toString(first + j)));
            }
            log.append(batch);
        }
    }

    @Test
    void aFollowerBeginsAtThePresent() {
        Recorder first = new Recorder();
        log.log().follow(first);
        log.fill(ROOM, 2);
        first.awaitCount(2);
        Recorder later = new Recorder();
        log.log().follow(later);
        log.fill(ROOM, 1);
        assertThat(offsets(later.awaitCount(1).heard())).containsExactly(3L);
    }

    @Test
    void whatIsReplayedAndWhatIsHeardMakeOneWhole() {
        Cursor start = log.replay("room:*", new Since.Now()).cursor();
        for (int round = 1; round <= 3; round++) {
            CompletableFuture<Void> writer = TestLog.inBackground(() -> write(other, 0, 1180));
            Recorder recorder = new Recorder();
            log.log().follow(recorder);
            Replay replay = log.replay("room:*", round % 2 == 0 ? new Since.AfterCursor(start) : new Since.Last(9999));
            assertThat(replay.complete()).isTrue();
            TestLog.get(writer);
            // However fast that was, every shard has something to hear.
            write(other, 0, 20);
            List<Event> joined = new ArrayList<>(replay.events());
            recorder.awaitAllUpTo(log.replay("room:*", new Since.Now()).cursor(), log.log());
            for (Event event : recorder.heard()) {
                if (event.sequence() > replay.cursor().sequences().get(log.log().shardOf(event.key()))) {
                    joined.add(event);
                }
            }
            assertThat(joined).hasSize(round * 1200);
            for (int channel = 0; channel < 10; channel++) {
                ChannelKey key = key("room:" + channel);
                assertThat(offsets(joined.stream()
                                .filter(event -> event.key().equals(key))
                                .toList()))
                        .isEqualTo(
                                LongStream.rangeClosed(1, round * 120L).boxed().toList());
            }
        }
    }
}
