package dev.tidings.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The {@code helm} on the path. */
public final class Helm {
    private Helm() {}

    /**
     * What came of a run.
     *
     * @param output what it printed, errors too
     */
    public record Result(int status, String output) {}

    /** Skips the tests where none is installed, and says so in one line. */
    public static void assumeInstalled() {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "helm")));
        if (!installed) {
            System.out.println("skipped: no helm on the path");
        }
        assumeTrue(installed, "no helm on the path");
    }

    /** Runs it to its end. */
    public static Result run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("helm"));
        command.addAll(arguments);
        Path output = null;
        try {
            output = Files.createTempFile("helm-", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("helm does not end: " + command);
            }
            return new Result(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            if (output != null) {
                boolean unused = output.toFile().delete();
            }
        }
    }
}
