package dev.tidings.log.sqlite;

import static dev.tidings.log.TestLog.json;
import static dev.tidings.log.TestLog.key;
import static dev.tidings.log.TestLog.offsets;
import static dev.tidings.log.TestLog.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.Cursor;
import dev.tidings.log.Head;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.log.TestLog;
import dev.tidings.testing.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the file when a log has been closed and opened again, and what is not in it for ever. */
class SqliteRestartTest {
    private static final ChannelKey ROOM = key("room:1");

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private TestFile file;

    @BeforeEach
    void nameTheFile() {
        file = new TestFile(directory.resolve("a log's file, 100% ?#.db"), clock);
    }

    @Test
    void everythingIsThereAgain() {
        Head head;
        Slice before;
        Cursor cursor;
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            calls.fill(ROOM, 3);
            cursor = calls.replay("room:*", new Since.Now()).cursor();
            calls.append(calls.write(ROOM, "{'a':1}", calls.head(ROOM).statePosition()));
            calls.fill(key("room:2"), 1);
            head = calls.head(ROOM);
            before = calls.read(ROOM, new Since.Beginning());
        }
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            assertThat(calls.head(ROOM)).isEqualTo(head);
            assertThat(calls.read(ROOM, new Since.Beginning())).isEqualTo(before);
            Replay replay = calls.replay("room:*", new Since.AfterCursor(cursor));
            assertThat(replay.complete()).isTrue();
            assertThat(offsets(replay.events())).containsExactly(4L, 1L);
            assertThat(calls.names("acme", null, "", 10)).containsExactly("room:1", "room:2");
            assertThat(calls.fill(ROOM, 1)).isEqualTo(new Position(head.newest().epoch(), 5));
            assertThat(calls.append(calls.write(ROOM, "{'a':2}", head.statePosition())))
                    .isInstanceOf(Appended.Stored.class);
        }
    }

    @Test
    void aChannelNotUsedYetHasTheSameEpochAfterwards() {
        Position before;
        try (var log = file.open().log()) {
            before = new TestLog(log, clock).head(ROOM).newest();
        }
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            assertThat(calls.head(ROOM).newest()).isEqualTo(before);
            assertThat(calls.fill(ROOM, 1)).isEqualTo(new Position(before.epoch(), 1));
        }
    }

    @Test
    void anIdIsKnownForFiveMinutesOverARestart() {
        Appended.Stored first;
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            first = stored(calls.append(calls.idempotent(ROOM, "a", "1")));
        }
        clock.advance(Duration.ofMinutes(5));
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            assertThat(calls.append(calls.idempotent(ROOM, "a", "2")))
                    .isEqualTo(new Appended.Stored(first.position(), "a", first.timestamp(), true));
        }
        clock.advance(Duration.ofMillis(1));
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            Appended.Stored anew = stored(calls.append(calls.idempotent(ROOM, "a", "3")));
            assertThat(anew.duplicate()).isFalse();
            assertThat(anew.position().offset()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNotRetainedLeavesTheFile() throws Exception {
        try (var log =
                file.open(namespace -> new Retention(10, Duration.ofMinutes(1))).log()) {
            TestLog calls = new TestLog(log, clock);
            for (int i = 0; i < 100; i++) {
                calls.append(events(calls, 100));
            }
            assertThat(offsets(calls.read(ROOM, new Since.Beginning()).events()))
                    .containsExactlyElementsOf(IntStream.rangeClosed(9991, 10_000)
                            .mapToObj(i -> (long) i)
                            .toList());
            assertThat(file.number("SELECT count(*) FROM event"))
                    .as("as many as it takes to be worth the while, and two batches")
                    .isBetween(10L, 10 + Trimming.slack(new Retention(10, Duration.ofMinutes(1))) + 200);
            assertThat(calls.replay("room:*", new Since.AfterCursor(here(calls, -10)))
                            .events())
                    .hasSize(10);
            assertThat(calls.replay("room:*", new Since.AfterCursor(here(calls, -11)))
                            .complete())
                    .isFalse();
        }
    }

    /** However much the channels retain: nobody is to wait for millions to be looked through. */
    @Test
    void aCursorThatIsTooFarBehindIsNotLookedUp() {
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            calls.append(IntStream.range(0, TestFile.WINDOW + 1)
                    .mapToObj(i -> calls.draft(key("room:" + i % 100), "1"))
                    .toList());
            assertThat(calls.replay("room:*", new Since.AfterCursor(here(calls, -TestFile.WINDOW)))
                            .events())
                    .hasSize(TestFile.WINDOW);
            assertThat(calls.replay("room:*", new Since.AfterCursor(here(calls, -TestFile.WINDOW - 1)))
                            .complete())
                    .isFalse();
        }
    }

    /** What has left the file is missed by those who ask for it, whether its channel is still known or not. */
    @Test
    void whatHasLeftTheFileIsNotTakenForWhatNeverWas() throws Exception {
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            Since.AfterCursor start = new Since.AfterCursor(here(calls, 0));
            long published = clock.millis();
            calls.fill(ROOM, 1);
            Since.AfterCursor after = new Since.AfterCursor(here(calls, 0));
            clock.advance(Duration.ofMinutes(6));
            await("event", 0);
            assertThat(calls.read(ROOM, new Since.AtTime(published)).reach()).isEqualTo(Slice.Reach.TRIMMED);
            assertThat(calls.read(ROOM, new Since.AtTime(published + 1)).continuous())
                    .isTrue();
            assertThat(calls.replay("room:*", new Since.AtTime(published)).complete())
                    .isFalse();
            assertThat(calls.replay("room:*", start).complete()).isFalse();
            assertThat(calls.replay("room:*", after).complete()).isTrue();
            clock.advance(Duration.ofDays(2));
            await("channel", 0);
            assertThat(calls.replay("room:*", start).complete()).isFalse();
            assertThat(calls.replay("room:*", after).complete()).isTrue();
        }
    }

    private static List<Draft> events(TestLog log, int count) {
        return IntStream.range(0, count).mapToObj(i -> log.draft(ROOM, "1")).toList();
    }

    private static Cursor here(TestLog log, long distance) {
        Cursor now = log.replay("room:*", new Since.Now()).cursor();
        return new Cursor(now.epoch(), List.of(now.sequences().getFirst() + distance));
    }

    @Test
    void aSilentChannelIsForgottenAfterADayUnlessSomebodyReadsIt() throws Exception {
        ChannelKey read = key("room:read");
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            Position silent = calls.fill(ROOM, 1);
            Position asked = calls.fill(read, 1);
            Position unused = calls.head(key("room:unused")).newest();
            calls.append(
                    calls.write(key("busy:1"), "{}", calls.head(key("busy:1")).statePosition()));
            clock.advance(Duration.ofHours(26));
            assertThat(calls.head(read).newest()).isEqualTo(asked);
            await("channel WHERE name = 'room:1'", 0);
            assertThat(file.number("SELECT count(*) FROM channel")).isEqualTo(2);
            Position anew = calls.head(ROOM).newest();
            assertThat(anew.offset()).isZero();
            assertThat(anew.epoch()).isNotEqualTo(silent.epoch());
            assertThat(calls.fill(ROOM, 1)).isEqualTo(new Position(anew.epoch(), 1));
            assertThat(calls.head(key("room:unused")).newest())
                    .as("told before, and so still true")
                    .isEqualTo(unused);
            assertThat(calls.head(key("busy:1")).state().data()).isEqualTo(json("{}"));
        }
    }

    private void await(String rows, long count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> file.number("SELECT count(*) FROM " + rows) == count);
    }

    @Test
    void nothingIsForgottenInTheFirstHour() throws Exception {
        Position before;
        try (var log = file.open().log()) {
            before = new TestLog(log, clock).fill(ROOM, 1);
        }
        clock.advance(Duration.ofDays(3));
        try (var log = file.open().log()) {
            await("event", 0);
            await("channel WHERE due > " + clock.millis(), 1);
            assertThat(new TestLog(log, clock).head(ROOM).newest()).isEqualTo(before);
        }
    }

    @Test
    void anOlderCopyCanBePutBack() throws Exception {
        Position before;
        try (var log = file.open().log()) {
            before = new TestLog(log, clock).fill(ROOM, 2);
        }
        file.run("UPDATE numbering SET epoch = lower(hex(randomblob(8)))");
        try (var log = file.open().log()) {
            Slice slice = new TestLog(log, clock).read(ROOM, new Since.After(before));
            assertThat(slice.reach()).isEqualTo(Slice.Reach.OTHER_EPOCH);
            assertThat(offsets(slice.events())).containsExactly(1L, 2L);
        }
    }

    @Test
    void peopleCanReadIt() throws Exception {
        try (var log = file.open().log()) {
            TestLog calls = new TestLog(log, clock);
            calls.append(calls.write(ROOM, "{'a':1}", calls.head(ROOM).statePosition()));
            assertThat(file.number("SELECT count(*) FROM history WHERE tenant = 'acme' AND channel = 'room:1'"
                            + " AND offset = 1 AND type = 'state.changed' AND payload = '{\"patch\":{}}'"))
                    .isEqualTo(1);
            assertThat(file.number("SELECT json_extract(data, '$.a') FROM state"))
                    .isEqualTo(1);
        }
    }
}
