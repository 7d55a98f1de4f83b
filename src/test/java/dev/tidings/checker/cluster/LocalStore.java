package dev.tidings.checker.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The one instance's own memory, or a file. */
public final class LocalStore implements Store {
    private final @Nullable Path directory;

    private LocalStore(@Nullable Path directory) {
        this.directory = directory;
    }

    public static LocalStore memory() {
        return new LocalStore(null);
    }

    public static LocalStore file() {
        try {
            return new LocalStore(Files.createTempDirectory("tidings-checker"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
