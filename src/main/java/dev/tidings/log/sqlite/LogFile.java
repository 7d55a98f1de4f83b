package dev.tidings.log.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The file of a log: finds out, before anything is written, whether it can be one, makes it when there is none, and connects
 * to it. A lock on the file beside it, {@code FILE.lock}, keeps other instances away; it goes with the process. (A lock on
 * the file itself would disturb those that SQLite has there.)
 */
final class LogFile implements AutoCloseable {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int APPLICATION = 1414087751;
    private static final int VERSION = 1;
    private static final int BUSY_MS = 500;

    private final Path path;
    private @Nullable FileChannel lock;

    private LogFile(Path path) {
        this.path = path;
    }

    /** @throws IllegalArgumentException in one line, when it cannot be the file of a log; it is as it was then */
    static LogFile open(Path path) {
        LogFile file = new LogFile(path.toAbsolutePath().normalize());
        try {
            file.load();
            file.lock();
            boolean isNew = file.isEmpty() || file.check();
            file.prepare(isNew);
            return file;
        } catch (IOException | SQLException e) {
            file.close();
            throw file.refusal("cannot be used: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            file.close();
            throw e;
        }
    }

    IllegalArgumentException refusal(String why) {
        return new IllegalArgumentException("tidings.log.file: " + path + " " + why.replaceAll("\\s*\\R\\s*", " "));
    }

    private void load() {
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            throw refusal("cannot be used: SQLite's library could not be loaded from the directory for temporary files;"
                    + " name another with -Dorg.sqlite.tmpdir (" + e.getMessage() + ")");
        }
    }

    private void lock() {
        if (Files.isDirectory(path)) {
            throw refusal("is a directory; a file is needed");
        }
        Path directory = Objects.requireNonNull(path.getParent());
        if (!Files.isDirectory(directory)) {
            throw refusal("cannot be made: there is no directory " + directory);
        }
        try {
            lock = FileChannel.open(beside(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw inUse();
            }
        } catch (OverlappingFileLockException e) {
            throw inUse();
        } catch (IOException e) {
            throw refusal("cannot be used: no file can be made or written in " + directory + " (" + reason(e) + ")");
        }
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private IllegalArgumentException inUse() {
        return refusal("is in use by another instance that is running; each needs a file of its own");
    }

    private boolean isEmpty() throws IOException {
        return !Files.exists(path) || Files.size(path) == 0;
    }

    /** Whether it is a database with nothing in it; all others but those of a log are refused. */
    private boolean check() throws IOException {
        if (!Files.isWritable(path)) {
            throw refusal("cannot be written");
        }
        try (InputStream start = Files.newInputStream(path)) {
            if (!Arrays.equals(start.readNBytes(MAGIC.length), MAGIC)) {
                throw refusal("is not a SQLite database; it was not touched");
            }
        }
        try (Database database = connect(isAtRest() ? "?mode=ro&immutable=1" : "?mode=ro", true)) {
            return check(database);
        } catch (SQLException e) {
            throw refusal("is damaged: " + e.getMessage() + "; it was not touched");
        }
    }

    private boolean check(Database database) throws SQLException {
        long application = database.number("PRAGMA application_id");
        long version = database.number("PRAGMA user_version");
        if (application == 0 && version == 0 && database.number("SELECT count(*) FROM sqlite_schema") == 0) {
            return true;
        }
        if (application != APPLICATION) {
            throw refusal("is the SQLite database of something else; it was not touched");
        }
        if (version != VERSION) {
            throw refusal("has schema version " + version + ", this Tidings knows " + VERSION
                    + ": it was written by a newer one; it was not touched");
        }
        String found = database.first("PRAGMA quick_check(1)", row -> row.getString(1));
        if (!"ok".equals(found)) {
            throw refusal("is damaged: " + found + "; it was not touched");
        }
        Numbering.read(database);
        return false;
    }

    /** Whether all is in the file itself. Then it can be looked at without SQLite's making files beside it. */
    private boolean isAtRest() throws IOException {
        Path writeAhead = beside("-wal");
        return !Files.exists(writeAhead) || Files.size(writeAhead) == 0;
    }

    private void prepare(boolean isNew) throws SQLException, IOException {
        try (Database database = connect("", false)) {
            String mode = database.first("PRAGMA journal_mode = WAL", row -> row.getString(1));
            if (!"wal".equals(mode)) {
                throw refusal("cannot be used: the file system there cannot hold a write-ahead log");
            }
            if (isNew) {
                database.begin();
                database.run(script("schema.sql"));
                database.change(
                        "INSERT INTO numbering (epoch, generation, sequence, forgotten) VALUES (?, ?, 0, 0)",
                        Long.toString(new SecureRandom().nextLong(Long.MAX_VALUE), 36),
                        Numbering.newGeneration());
                database.commit();
            }
            database.run(script("durable.sql"));
        }
    }

    private static String script(String name) {
        try (InputStream resource = LogFile.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection for the writer. */
    Database writable() throws SQLException {
        Database database = connect("", false);
        // On disk when it is committed; see the package.
        database.run("PRAGMA synchronous = FULL");
        // After a burst the write-ahead log shrinks again.
        database.run("PRAGMA journal_size_limit = 67108864");
        return database;
    }

    /** A connection that cannot write. */
    Database readable() throws SQLException {
        return connect("?mode=ro", true);
    }

    private Database connect(String options, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(BUSY_MS);
        if (!readOnly) {
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        }
        return new Database(
                config.createConnection("jdbc:sqlite:" + path.toUri().toASCIIString() + options));
    }

    private Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    @Override
    public void close() {
        FileChannel held = lock;
        if (held == null) {
            return;
        }
        try {
            held.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
