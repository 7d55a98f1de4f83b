package dev.tidings.checker.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A clock of a process's own, which can be put forward and back while it runs: by libfaketime, where it is installed. */
public final class Clock implements AutoCloseable {
    private static final List<String> LIBRARIES = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib64/faketime/libfaketimeMT.so.1",
            "/usr/lib/faketime/libfaketimeMT.so.1");

    private final String library;
    private final Path offset;

    private Clock(String library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** One that is right; empty where the library is missing. */
    public static Optional<Clock> ofAProcess() {
        return LIBRARIES.stream()
                .filter(library -> Files.exists(Path.of(library)))
                .findFirst()
                .map(library -> {
                    try {
                        Clock clock = new Clock(library, Files.createTempFile("tidings-clock", ""));
                        clock.step(0);
                        return clock;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** What the process has to have in its environment. Clocks that only go forward are left alone. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library,
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Else waits of a JVM's threads end at once, or never.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Puts it so many seconds before or after the right time; it is noticed within a second. */
    public void step(int seconds) throws IOException {
        Files.writeString(offset, (seconds < 0 ? "" : "+") + seconds + "\n");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
