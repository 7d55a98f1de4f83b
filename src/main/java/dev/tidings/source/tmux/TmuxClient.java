package dev.tidings.source.tmux;

import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs {@code tmux}: one process for each question, however much it asks for, never by way of a shell. */
final class TmuxClient {
    private static final int MAX_OUTPUT = 32 << 20;
    private static final List<String> NOT_THERE = List.of(
            "no server running", "No such file or directory", "no current target", "no current session", "no sessions");
    private static final List<String> ENDING = List.of("lost server", "server exited");

    private final TmuxServer server;
    private final Duration timeout;

    TmuxClient(TmuxServer server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    /**
     * What there is.
     *
     * @param panes all panes of all sessions; none when no server is running
     * @param screens the text on the screens of those panes that were asked for and are still there, by pane
     */
    record Answer(List<PaneRow> panes, Map<String, String> screens) {}

    /** Lists all panes, and gets the screens of some. */
    Answer list(List<String> screens) throws SourceUnavailable, InterruptedException {
        String mark = mark();
        List<String> command = new ArrayList<>(List.of("list-panes", "-a", "-F", Field.FORMAT));
        addMark(command, mark);
        addScreens(command, screens, mark);
        Ended ended = run(command);
        if (!ended.output().contains(mark) && ended.says(ENDING)) {
            // The server ended while it was being asked. Now it has.
            ended = run(command);
        }
        String[] parts = split(ended.output(), mark);
        // A screen that is gone ends the run with an error; what came before it holds.
        if (parts.length > 1) {
            return new Answer(parse(parts[0]), screens(screens, parts));
        }
        if (ended.says(NOT_THERE)) {
            return new Answer(List.of(), Map.of());
        }
        throw new SourceUnavailable("tmux failed: " + ended.firstLine());
    }

    /** The text on screens, by pane; less than asked for when panes have gone. */
    Map<String, String> screens(List<String> panes) throws SourceUnavailable, InterruptedException {
        String mark = mark();
        List<String> command = new ArrayList<>(List.of("display-message", "-p", mark));
        addScreens(command, panes, mark);
        return screens(panes, split(run(command).output(), mark));
    }

    /** A line that nobody can have put on a screen. */
    private static String mark() {
        return "mark" + UUID.randomUUID().toString().replace("-", "");
    }

    private static void addScreens(List<String> command, List<String> panes, String mark) {
        for (String pane : panes) {
            command.addAll(List.of(";", "capture-pane", "-p", "-t", pane));
            addMark(command, mark);
        }
    }

    private static void addMark(List<String> command, String mark) {
        command.addAll(List.of(";", "display-message", "-p", mark));
    }

    private static String[] split(String output, String mark) {
        return output.split(mark + "\n", -1);
    }

    /** The screens lie between the marks: the last part is what follows the last mark, and not a whole screen. */
    private static Map<String, String> screens(List<String> panes, String[] parts) {
        Map<String, String> screens = new LinkedHashMap<>();
        for (int i = 0; i < panes.size() && i + 2 < parts.length; i++) {
            screens.put(panes.get(i), parts[i + 1]);
        }
        return screens;
    }

    private static List<PaneRow> parse(String list) throws SourceUnavailable {
        try {
            return Listing.parse(list);
        } catch (IllegalArgumentException e) {
            throw new SourceUnavailable("this version of tmux is not understood: " + e.getMessage());
        }
    }

    private record Ended(String output, String error) {
        boolean says(List<String> messages) {
            return messages.stream().anyMatch(error::contains);
        }

        String firstLine() {
            return error.isBlank()
                    ? "it said nothing"
                    : error.strip().lines().findFirst().orElse("");
        }
    }

    private Ended run(List<String> arguments) throws SourceUnavailable, InterruptedException {
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
            return new Ended(output.get(), error.get());
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
