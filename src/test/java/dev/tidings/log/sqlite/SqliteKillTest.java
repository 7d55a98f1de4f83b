package dev.tidings.log.sqlite;

import static dev.tidings.log.TestLog.json;
import static dev.tidings.log.TestLog.key;
import static dev.tidings.log.TestLog.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.log.TestLog;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, again and again, and looks at what it has left. */
class SqliteKillTest {
    private static final int RUNS = 5;

    @TempDir
    Path directory;

    /** What a process was told. */
    private record Acknowledged(ChannelKey key, Position position, String id) {
        static Acknowledged parse(String line) {
            String[] parts = line.split(" ", -1);
            return new Acknowledged(TestLog.key(parts[0]), new Position(parts[2], Long.parseLong(parts[1])), parts[3]);
        }
    }

    @Test
    void everyAcknowledgedEventIsThereOnceAndInItsPlace() throws Exception {
        Path file = directory.resolve("log.db");
        Random random = new Random(7);
        List<Acknowledged> all = new ArrayList<>();
        for (int run = 1; run <= RUNS; run++) {
            List<Acknowledged> heard = stormAndKill(file, run, 500 + random.nextInt(4000));
            assertThat(heard).as("run " + run).hasSizeGreaterThan(400);
            all.addAll(heard);
        }
        try (EventLog log = SqliteEventLog.open(
                new SqliteSettings(file, 100_000, Duration.ofSeconds(10)),
                namespace -> StormProcess.KEEP,
                Clock.systemUTC())) {
            TestLog calls = new TestLog(log, Clock.systemUTC());
            Map<ChannelKey, List<Event>> found = new HashMap<>();
            for (int i = 0; i < 8; i++) {
                found.put(key("storm:" + i), readAll(calls, key("storm:" + i)));
            }
            assertWhole(found);
            for (Acknowledged each : all) {
                Event event = found.get(each.key()).get((int) each.position().offset() - 1);
                assertThat(event.id()).isEqualTo(each.id());
                assertThat(event.position()).isEqualTo(each.position());
            }
            assertKnown(calls, all.subList(all.size() - 200, all.size()));
        }
    }

    private static List<Acknowledged> stormAndKill(Path file, int run, int atLeast) throws Exception {
        Process process = StormProcess.start(file, run);
        List<Acknowledged> heard = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null) {
                if (line.endsWith(" .")) {
                    heard.add(Acknowledged.parse(line));
                }
                if (heard.size() == atLeast) {
                    // kill -9, by its handle: what it has said until then can still be read.
                    process.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        return heard;
    }

    private static List<Event> readAll(TestLog log, ChannelKey key) {
        List<Event> events = new ArrayList<>();
        Slice slice = log.read(key, Range.from(new Since.Beginning()));
        events.addAll(slice.events());
        while (slice.cut()) {
            slice = log.read(key, Range.from(new Since.After(events.getLast().position())));
            events.addAll(slice.events());
        }
        assertThat(slice.head().newest()).isEqualTo(events.getLast().position());
        return events;
    }

    /** No holes, in channels or in all; no id twice. */
    private static void assertWhole(Map<ChannelKey, List<Event>> channels) {
        Set<Long> sequences = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (List<Event> events : channels.values()) {
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).offset()).isEqualTo(i + 1);
                assertThat(sequences.add(events.get(i).sequence())).isTrue();
                assertThat(ids.add(events.get(i).id())).as(events.get(i).id()).isTrue();
            }
        }
        assertThat(sequences).contains(1L, (long) sequences.size());
    }

    /** Publishers who send again what they chose ids for get the places from before the last kill. */
    private static void assertKnown(TestLog log, List<Acknowledged> last) {
        int asked = 0;
        for (Acknowledged each : last) {
            if (Integer.parseInt(each.id().substring(each.id().indexOf('-') + 1)) % 2 == 0) {
                Draft again = new Draft(
                        each.key(), "storm.blew", each.id(), true, log.clock().millis(), json("1"), null, null);
                Appended.Stored answer = stored(log.append(again));
                assertThat(answer.duplicate()).isTrue();
                assertThat(answer.position()).isEqualTo(each.position());
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(50);
    }
}
