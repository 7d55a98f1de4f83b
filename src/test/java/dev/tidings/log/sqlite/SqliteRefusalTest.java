package dev.tidings.log.sqlite;

import static dev.tidings.log.TestLog.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.event.ChannelKey;
import dev.tidings.log.EventLog;
import dev.tidings.log.TestLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no log's, or cannot be used: refused in one line, and left as they are. */
class SqliteRefusalTest {
    private static final ChannelKey ROOM = key("room:1");

    @TempDir
    Path directory;

    private TestFile file;

    @BeforeEach
    void nameTheFile() {
        file = new TestFile(directory.resolve("log.db"), Clock.systemUTC());
    }

    private void assertRefused(TestFile which, String... reasons) throws IOException {
        byte[] before = Files.isRegularFile(which.path()) ? Files.readAllBytes(which.path()) : null;
        List<Path> beside = filesBeside();
        assertThatThrownBy(which::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tidings.log.file: " + which.path() + " ")
                .hasMessageContainingAll(reasons)
                .hasMessageNotContainingAny("\n", "null");
        if (before != null) {
            assertThat(Files.readAllBytes(which.path())).isEqualTo(before);
        }
        assertThat(filesBeside()).isEqualTo(beside);
    }

    /** But for the lock. */
    private List<Path> filesBeside() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> !path.toString().endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private void fill(int events) {
        try (EventLog log = file.open().log()) {
            TestLog calls = new TestLog(log, Clock.systemUTC());
            calls.append(java.util.stream.IntStream.range(0, events)
                    .mapToObj(i -> calls.draft(key("room:" + i % 20), '"' + "x".repeat(300) + '"'))
                    .toList());
        }
    }

    @Test
    void noDatabase() throws Exception {
        Files.writeString(file.path(), "shopping list: milk, bread, and more than sixteen bytes\n");
        assertRefused(file, "not a SQLite database");
        Files.write(file.path(), new byte[8192]);
        assertRefused(file, "not a SQLite database");
        Files.writeString(file.path(), "x");
        assertRefused(file, "not a SQLite database");
    }

    @Test
    void theDatabaseOfSomethingElse() throws Exception {
        file.run("CREATE TABLE recipe (name TEXT)");
        assertRefused(file, "of something else");
    }

    @Test
    void aNewerSchema() throws Exception {
        fill(10);
        file.run("PRAGMA user_version = 2");
        assertRefused(file, "schema version 2", "knows 1");
    }

    @Test
    void cutOff() throws Exception {
        fill(2000);
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertRefused(file, "damaged");
    }

    @Test
    void overwrittenInTheMiddle() throws Exception {
        fill(2000);
        byte[] noise = new byte[8192];
        Arrays.fill(noise, (byte) 0x5a);
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(noise), channel.size() / 2 / 4096 * 4096);
        }
        assertRefused(file, "damaged");
    }

    @Test
    void withoutItsTables() throws Exception {
        fill(1);
        file.run("DROP TABLE numbering");
        assertRefused(file, "damaged");
    }

    @Test
    void inUse() throws Exception {
        try (EventLog log = file.open().log()) {
            TestLog calls = new TestLog(log, Clock.systemUTC());
            calls.fill(ROOM, 1);
            assertRefused(file, "another instance");
            calls.fill(ROOM, 1);
        }
        try (EventLog log = file.open().log()) {
            assertThat(new TestLog(log, Clock.systemUTC()).head(ROOM).newest().offset())
                    .isEqualTo(2);
        }
    }

    @Test
    void noPlaceForAFile() throws Exception {
        assertRefused(new TestFile(directory.resolve("not/there.db"), Clock.systemUTC()), "no directory");
        assertRefused(new TestFile(directory, Clock.systemUTC()), "is a directory");
    }

    @Test
    void aDirectoryThatCannotBeWritten() throws Exception {
        // Not even by root, as whom tests may run.
        Path unwritable = Path.of("/proc");
        assumeTrue(Files.isDirectory(unwritable), "no /proc here");
        assertRefused(new TestFile(unwritable.resolve("log.db"), Clock.systemUTC()), "no file can be made");
    }

    @Test
    void anEmptyFileIsTaken() throws Exception {
        Files.createFile(file.path());
        fill(1);
        assertThat(file.number("SELECT count(*) FROM event")).isEqualTo(1);
        assertThat(file.number("PRAGMA application_id")).isEqualTo(0x54494447);
    }
}
