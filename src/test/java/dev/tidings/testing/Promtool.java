package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus's own {@code promtool}, which evaluates expressions as Prometheus does. */
public final class Promtool {
    private static final String PROGRAM = "promtool";
    private static final long LIMIT_SECONDS = 60;

    private Promtool() {}

    /**
     * What came of a run.
     *
     * @param failed whether it found something wrong
     * @param output what it said of it
     */
    public record Result(boolean failed, String output) {}

    /** Runs it in a directory. Skips the test, and says so in one line, where none is installed. */
    public static Result run(Path directory, String... arguments) {
        if (!isInstalled()) {
            System.out.println("skipped: no promtool on the path (Debian's package prometheus has it)");
            assumeTrue(false, "no promtool on the path");
        }
        Path output = directory.resolve("promtool.out");
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(PROGRAM), Stream.of(arguments))
                            .toList())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("promtool goes on and on: " + List.of(arguments));
            }
            return new Result(process.exitValue() != 0, Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, PROGRAM)));
    }
}
