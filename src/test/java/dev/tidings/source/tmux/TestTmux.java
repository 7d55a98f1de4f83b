package dev.tidings.source.tmux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A tmux server of its own, on a socket in a directory of its own. */
public final class TestTmux implements AutoCloseable {
    private final Path directory;
    private final Path socket;

    private TestTmux(Path directory) {
        this.directory = directory;
        this.socket = directory.resolve("socket");
    }

    /** One that has not been started; starting a session starts it. Without tmux on this machine the test is skipped. */
    public static TestTmux create() {
        try {
            TestTmux tmux = new TestTmux(Files.createTempDirectory("tidings-tmux-"));
            tmux.start("tmux", "-V").waitFor();
            return tmux;
        } catch (IOException e) {
            System.out.println("skipped: there is no tmux on this machine");
            Assumptions.abort("there is no tmux on this machine");
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public TmuxServer server() {
        return TmuxServer.of(socket.toString(), Map.of("TMUX_TMPDIR", directory.toString()));
    }

    public Path directory() {
        return directory;
    }

    /** Runs a tmux command and answers what it printed. */
    public String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString(), "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        try {
            Process process = start(command.toArray(String[]::new));
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a session with one window that shows nothing by itself. */
    public void session(String name) {
        run("new-session", "-d", "-s", name, "-n", "first", "-x", "80", "-y", "24", "cat");
    }

    /**
     * Waits until tmux knows how a kept pane's program ended. Before 3.5 tmux may miss the signal that tells it so, and then
     * learns it with the end of its next child, which this makes sure comes.
     */
    public void awaitExitStatus(String pane) {
        Awaitility.await("the exit status of " + pane).until(() -> {
            run("run-shell", "true");
            return !run("display-message", "-p", "-t", pane, "#{pane_dead_status}#{pane_dead_signal}")
                    .isEmpty();
        });
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("TMUX", "TMUX_PANE"));
        builder.environment().put("TMUX_TMPDIR", directory.toString());
        return builder.start();
    }

    @Override
    public void close() {
        if (Files.exists(socket)) {
            try {
                run("kill-server");
            } catch (IllegalStateException e) {
                // It had ended by itself.
            }
        }
    }
}
