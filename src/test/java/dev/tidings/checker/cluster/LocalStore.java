package dev.tidings.checker.cluster;

import dev.tidings.testing.SmallFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** The one instance's own memory, or a file. */
public final class LocalStore implements Store {
    private static final int MEGABYTES = 64;
    private final @Nullable Path directory;
    private final @Nullable SmallFileSystem disk;

    private LocalStore(@Nullable Path directory, @Nullable SmallFileSystem disk) {
        this.directory = directory;
        this.disk = disk;
    }

    public static LocalStore memory() {
        return new LocalStore(null, null);
    }

    /** On a disk of its own that can be full, where one may be mounted. */
    public static LocalStore file() {
        try {
            Path directory = Files.createTempDirectory("tidings-checker");
            try {
                return new LocalStore(directory, SmallFileSystem.mount(directory, MEGABYTES));
            } catch (TestAbortedException mayNotMount) {
                return new LocalStore(directory, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What can be full; empty where it cannot. */
    public Optional<SmallFileSystem> disk() {
        return Optional.ofNullable(disk);
    }

    @Override
    public Map<String, String> settings(int instance) {
        return directory == null
                ? Map.of()
                : Map.of("tidings.log.file", directory.resolve("log.db").toString());
    }

    @Override
    public List<Link> links() {
        return List.of();
    }

    @Override
    public boolean isElsewhere() {
        return false;
    }

    @Override
    public boolean endsWithTheInstance() {
        return directory == null;
    }

    @Override
    public void awaitWhole() {
        // Nothing but the instance can be broken.
    }

    @Override
    public void close() {
        if (disk != null) {
            try {
                disk.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (directory != null) {
            delete(directory);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
