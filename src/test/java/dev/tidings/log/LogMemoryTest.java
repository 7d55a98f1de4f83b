package dev.tidings.log;

import static dev.tidings.log.TestLog.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Position;
import dev.tidings.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What gives way when a log has taken the memory it may take, and what does not. */
class LogMemoryTest {
    private static final int MEMORY = 1 << 20;
    private static final String KILOBYTE = '"' + "x".repeat(1000) + '"';
    private static final ChannelKey QUIET = key("room:quiet");

    private final SettableClock clock = new SettableClock();
    private final MemoryEventLog memory = new MemoryEventLog(namespace -> Retention.DEFAULT, clock, MEMORY);
    private final TestLog log = new TestLog(memory, clock);

    @Test
    void theBusiestChannelsLoseTheirOldestEventsFirst() {
        Position beginning = log.fill(QUIET, 20);
        fillBusyChannels();
        assertThat(memory.usage().taken()).isBetween(MEMORY * 9L / 10, (long) MEMORY);
        assertThat(log.read(QUIET, new Since.After(new Position(beginning.epoch(), 0)))
                        .continuous())
                .isTrue();
        assertThat(log.read(QUIET, new Since.Beginning()).events()).hasSize(20);
    }

    @Test
    void whoResumesWhereEventsGaveWayIsTold() {
        fillBusyChannels();
        ChannelKey busy = key("room:1");
        String epoch = log.head(busy).newest().epoch();
        Slice all = log.read(busy, new Since.After(new Position(epoch, 10)));
        assertThat(all.reach()).isEqualTo(Slice.Reach.TRIMMED);
        assertThat(all.events()).isNotEmpty();
        assertThat(all.events().getLast().position()).isEqualTo(log.head(busy).newest());
        assertThat(all.events())
                .extracting(event -> event.offset())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(501 - all.events().size(), 500)
                                .mapToObj(Long::valueOf)
                                .toList());
        assertThat(memory.usage().pushedOut()).isPositive();
    }

    @Test
    void statesAreKeptWhateverComes() {
        for (int i = 0; i < 100; i++) {
            log.append(log.write(key("door:" + i), KILOBYTE, none("door:" + i)));
        }
        fillBusyChannels();
        for (int i = 0; i < 100; i++) {
            assertThat(log.head(key("door:" + i)).state()).isNotNull();
        }
    }

    @Test
    void aStateThatHasNoRoomIsRefusedAndOneThatShrinksIsNot() {
        int stored = 0;
        while (log.append(log.write(key("door:" + stored), KILOBYTE, none("door:" + stored)))
                instanceof Appended.Stored) {
            assertThat(++stored).isLessThan(2000);
        }
        assertThat(stored).isGreaterThan(400);
        ChannelKey door = key("door:7");
        assertThat(log.append(log.write(
                        door,
                        '"' + KILOBYTE.repeat(2).replace("\"", "") + '"',
                        log.head(door).statePosition())))
                .isEqualTo(Appended.Full.INSTANCE);
        assertThat(log.append(log.draft(key("room:new"), "1"))).isEqualTo(Appended.Full.INSTANCE);
        assertThat(log.append(log.draft(door, "1"))).isInstanceOf(Appended.Stored.class);
        assertThat(log.append(log.write(door, null, log.head(door).statePosition())))
                .isInstanceOf(Appended.Stored.class);
        assertThat(log.append(log.write(key("door:7"), "2", log.head(door).statePosition())))
                .isInstanceOf(Appended.Stored.class);
    }

    @Test
    void idsAreKeptForFiveMinutesWhateverComes() {
        int stored = 0;
        while (log.append(log.idempotent(QUIET, "id" + stored, "1")) instanceof Appended.Stored) {
            assertThat(++stored).isLessThan(MEMORY / 32);
        }
        assertThat(log.append(log.idempotent(QUIET, "id0", "2")))
                .isInstanceOfSatisfying(Appended.Stored.class, first -> {
                    assertThat(first.duplicate()).isTrue();
                    assertThat(first.position().offset()).isEqualTo(1);
                });
        assertThat(log.append(log.idempotent(QUIET, "id" + (stored - 1), "2")))
                .isInstanceOfSatisfying(
                        Appended.Stored.class,
                        first -> assertThat(first.duplicate()).isTrue());
        clock.advance(Duration.ofMinutes(6));
        assertThat(log.append(log.idempotent(QUIET, "another", "3"))).isInstanceOf(Appended.Stored.class);
        assertThat(log.append(log.idempotent(QUIET, "id0", "3")))
                .isInstanceOfSatisfying(
                        Appended.Stored.class,
                        first -> assertThat(first.duplicate()).isFalse());
    }

    @Test
    void channelsThatWereOnlyAskedForAreForgotten() {
        for (int i = 0; i < 5000; i++) {
            log.head(key("room:" + i));
        }
        assertThat(log.append(log.draft(key("door:1"), "1"))).isEqualTo(Appended.Full.INSTANCE);
        clock.advance(Duration.ofMinutes(11));
        assertThat(log.append(List.of(log.draft(key("door:1"), "1"))).getFirst())
                .isInstanceOf(Appended.Stored.class);
    }

    private void fillBusyChannels() {
        for (int i = 0; i < 500; i++) {
            for (int channel = 0; channel < 4; channel++) {
                log.append(log.draft(key("room:" + channel), KILOBYTE));
            }
        }
    }

    private Position none(String channel) {
        return log.head(key(channel)).statePosition();
    }
}
