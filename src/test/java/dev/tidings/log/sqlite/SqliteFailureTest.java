package dev.tidings.log.sqlite;

import static dev.tidings.log.TestLog.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Draft;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Recorder;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.TestLog;
import dev.tidings.testing.SettableClock;
import dev.tidings.testing.SmallFileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the file cannot be written for a while. */
class SqliteFailureTest {
    private static final ChannelKey ROOM = key("room:1");
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path directory;

    private TestFile file;

    @BeforeEach
    void nameTheFile() {
        file = new TestFile(directory.resolve("log.db"), CLOCK);
    }

    /** While another program writes, nothing is stored; what was refused does not turn up later. */
    @Test
    void lockedByAnotherProgram() throws Exception {
        try (EventLog log = file.open().log()) {
            TestLog calls = new TestLog(log, CLOCK);
            Recorder recorder = new Recorder();
            log.follow(recorder);
            calls.fill(ROOM, 1);
            try (Connection other = file.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                List<CompletableFuture<List<Appended>>> refused = new ArrayList<>();
                long start = System.nanoTime();
                for (int i = 0; i < 3; i++) {
                    refused.add(log.append(List.of(calls.draft(ROOM, "2"))).toCompletableFuture());
                }
                assertThatThrownBy(() -> TestLog.get(refused.getFirst()))
                        .isInstanceOf(LogUnavailable.class)
                        .hasMessageContaining("another program");
                for (CompletableFuture<List<Appended>> each : refused) {
                    assertThatThrownBy(() -> TestLog.get(each)).isInstanceOf(LogUnavailable.class);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2500));
                assertThat(calls.read(ROOM, new Since.Beginning()).events())
                        .as("reading goes on")
                        .hasSize(1);
                statement.execute("ROLLBACK");
            }
            assertThat(calls.fill(ROOM, 1).offset()).isEqualTo(2);
            assertThat(recorder.awaitCount(2).heard()).hasSize(2);
        }
    }

    /** A limit on the pages of the file stands for the disk; SQLite answers the same. */
    @Test
    void aFullDiskIsUnavailableUntilThereIsRoom() throws Exception {
        LogFile opened = LogFile.open(file.path());
        Database database = opened.writable();
        SqliteSettings settings = new SqliteSettings(file.path(), TestFile.WINDOW, Duration.ofSeconds(2));
        SettableClock clock = new SettableClock();
        Retention many = new Retention(10_000, Duration.ofMinutes(5));
        Writer writer = new Writer(database, settings, namespace -> many, new Visits(), clock);
        database.run("PRAGMA max_page_count = 400");
        writer.start();
        int size = 100;
        long stored = 0;
        LogUnavailable refusal = null;
        while (refusal == null) {
            assertThat(stored).as("fits into 1.6 MB").isLessThan(10_000);
            try {
                List<Appended> answers = TestLog.get(writer.append(drafts(clock, size)));
                stored += size;
                assertThat(TestLog.stored(answers.getLast()).position().offset())
                        .isEqualTo(stored);
            } catch (LogUnavailable e) {
                refusal = e;
            }
        }
        assertThat(refusal).hasMessageContaining("full");
        assertThat(file.number("SELECT newest FROM channel")).isEqualTo(stored);
        // What is five minutes old is let go of, and then there is room again.
        clock.advance(Duration.ofMinutes(6));
        AtomicReference<List<Appended>> answers = new AtomicReference<>();
        Awaitility.await().atMost(Duration.ofSeconds(15)).ignoreExceptions().until(() -> {
            answers.set(TestLog.get(writer.append(drafts(clock, size))));
            return true;
        });
        assertThat(TestLog.stored(answers.get().getFirst()).position().offset())
                .as("nothing that was refused has been stored")
                .isEqualTo(stored + 1);
        writer.close();
        opened.close();
    }

    private static List<Draft> drafts(Clock clock, int count) {
        TestLog calls = new TestLog(null, clock);
        return IntStream.range(0, count)
                .mapToObj(i -> calls.draft(ROOM, '"' + "x".repeat(400) + '"'))
                .toList();
    }

    @Test
    void aFullFileSystemIsUnavailableUntilThereIsRoom() throws Exception {
        try (SmallFileSystem disk = SmallFileSystem.mount(Files.createDirectory(directory.resolve("small")))) {
            disk.leave(1_500_000);
            TestFile onIt = new TestFile(disk.root().resolve("log.db"), CLOCK);
            long stored;
            try (EventLog log = onIt.open().log()) {
                TestLog calls = new TestLog(log, CLOCK);
                stored = fillUp(calls);
                assertThat(calls.head(ROOM).newest().offset())
                        .as("reading goes on")
                        .isEqualTo(stored);
                disk.makeRoom();
                assertThat(calls.fill(ROOM, 1).offset()).isEqualTo(stored + 1);
            }
            try (EventLog log = onIt.open().log()) {
                assertThat(new TestLog(log, CLOCK).head(ROOM).newest().offset()).isEqualTo(stored + 1);
            }
        }
    }

    /** The write-ahead log cannot be emptied while somebody reads, and may fill the disk though the file itself has room. */
    @Test
    void theDiskIsNotFullForEverBecauseSomebodyHasRead() throws Exception {
        try (SmallFileSystem disk = SmallFileSystem.mount(Files.createDirectory(directory.resolve("small")))) {
            SettableClock clock = new SettableClock();
            TestFile onIt = new TestFile(disk.root().resolve("log.db"), clock);
            try (EventLog log = onIt.open().log()) {
                TestLog calls = new TestLog(log, clock);
                calls.append(drafts(clock, 4000));
                clock.advance(Duration.ofMinutes(6));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(15))
                        .until(() -> onIt.number("SELECT count(*) FROM event") == 0);
            }
            disk.leave(800_000);
            try (EventLog log = onIt.open().log()) {
                TestLog calls = new TestLog(log, clock);
                long stored = calls.head(ROOM).newest().offset();
                try (Connection reader = onIt.connect();
                        Statement statement = reader.createStatement()) {
                    statement.execute("BEGIN");
                    statement.executeQuery("SELECT * FROM numbering").close();
                    stored += fillUp(calls);
                    statement.execute("ROLLBACK");
                }
                long next = Awaitility.await()
                        .atMost(Duration.ofSeconds(15))
                        .ignoreExceptionsInstanceOf(LogUnavailable.class)
                        .until(() -> calls.fill(ROOM, 1).offset(), offset -> true);
                assertThat(next).isEqualTo(stored + 1);
            }
        }
    }

    /** Appends until not one event more is taken; answers how many were stored. */
    private static long fillUp(TestLog calls) {
        long stored = 0;
        int size = 64;
        while (size > 0) {
            assertThat(stored).as("fits into 1.5 MB").isLessThan(10_000);
            try {
                calls.append(drafts(CLOCK, size));
                stored += size;
            } catch (LogUnavailable e) {
                assertThat(e).hasMessageContaining("full");
                size /= 2;
            }
        }
        return stored;
    }

    @Test
    void moreThanCanWaitIsRefusedAtOnce() throws Exception {
        try (EventLog log = file.open().log()) {
            TestLog calls = new TestLog(log, CLOCK);
            try (Connection other = file.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                var batch = IntStream.range(0, 20_000)
                        .mapToObj(i -> calls.draft(ROOM, "1"))
                        .toList();
                List<CompletableFuture<List<Appended>>> all = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    all.add(log.append(batch).toCompletableFuture());
                }
                assertThatThrownBy(() -> TestLog.get(all.getLast()))
                        .isInstanceOf(LogUnavailable.class)
                        .hasMessageContaining("too much is waiting");
                all.forEach(each -> assertThatThrownBy(() -> TestLog.get(each)).isInstanceOf(LogUnavailable.class));
                statement.execute("ROLLBACK");
            }
            assertThat(calls.fill(ROOM, 1).offset()).isEqualTo(1);
        }
    }
}
