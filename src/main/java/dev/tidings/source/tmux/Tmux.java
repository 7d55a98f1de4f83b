package dev.tidings.source.tmux;

import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs {@code tmux}, one process each time, never by way of a shell. */
public final class Tmux {
    private static final int MAX_OUTPUT = 32 << 20;
    private static final List<String> NO_SERVER = List.of(
            "no server running", "No such file or directory", "no current target", "no current session", "no sessions");

    private final TmuxServer server;
    private final Duration timeout;

    /** @param timeout how long a run may take */
    public Tmux(TmuxServer server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    /**
     * A run that has ended.
     *
     * @param status 0 when all went well
     * @param output what it printed
     * @param error what it printed as errors
     */
    public record Ended(int status, String output, String error) {
        boolean says(List<String> messages) {
            return messages.stream().anyMatch(error::contains);
        }

        /** True when it failed because no tmux server is running, which is a machine without sessions. */
        public boolean saysNoServer() {
            return says(NO_SERVER);
        }

        /** What it said was wrong. */
        public String firstLine() {
            return error.isBlank()
                    ? "it said nothing"
                    : error.strip().lines().findFirst().orElse("");
        }
    }

    /** The argument as tmux takes it for itself: at its end a {@code ;} would begin another command. */
    public static String literal(String argument) {
        return argument.endsWith(";") ? argument.substring(0, argument.length() - 1) + "\\;" : argument;
    }

    /**
     * Runs one command, or several with a {@code ;} between them.
     *
     * @param arguments what comes from outside is to be made {@link #literal}
     * @throws SourceUnavailable when tmux is not there, or does not end in time
     */
    public Ended run(List<String> arguments) throws SourceUnavailable, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-u"));
        command.addAll(server.options());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("TMUX", "TMUX_PANE"));
        builder.environment().putAll(server.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new SourceUnavailable("tmux cannot be run: is it installed?");
        }
        try {
            process.getOutputStream().close();
            FutureTask<String> output = reading(process.getInputStream());
            FutureTask<String> error = reading(process.getErrorStream());
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SourceUnavailable("tmux did not answer within " + timeout.toMillis() + " ms");
            }
            return new Ended(process.exitValue(), output.get(), error.get());
        } catch (IOException | ExecutionException e) {
            throw new SourceUnavailable("what tmux printed could not be read");
        } finally {
            process.destroyForcibly();
        }
    }

    private static FutureTask<String> reading(InputStream stream) {
        FutureTask<String> task = new FutureTask<>(() -> {
            try (stream) {
                byte[] read = stream.readNBytes(MAX_OUTPUT + 1);
                if (read.length > MAX_OUTPUT) {
                    throw new IOException("too much");
                }
                return new String(read, StandardCharsets.UTF_8);
            }
        });
        Thread.ofVirtual().name("tmux-output").start(task);
        return task;
    }
}
