package dev.tidings.source.tmux;

import dev.tidings.source.poll.SourceUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Asks a tmux server what there is: one process for each question, however much it asks for. */
final class TmuxClient {
    private static final List<String> ENDING = List.of("lost server", "server exited");

    private final Tmux tmux;

    TmuxClient(TmuxServer server, Duration timeout) {
        this.tmux = new Tmux(server, timeout);
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
        Tmux.Ended ended = tmux.run(command);
        if (!ended.output().contains(mark) && ended.says(ENDING)) {
            // The server ended while it was being asked. Now it has.
            ended = tmux.run(command);
        }
        String[] parts = split(ended.output(), mark);
        // A screen that is gone ends the run with an error; what came before it holds.
        if (parts.length > 1) {
            return new Answer(parse(parts[0]), screens(screens, parts));
        }
        if (ended.saysNoServer()) {
            return new Answer(List.of(), Map.of());
        }
        throw new SourceUnavailable("tmux failed: " + ended.firstLine());
    }

    /** The text on screens, by pane; less than asked for when panes have gone. */
    Map<String, String> screens(List<String> panes) throws SourceUnavailable, InterruptedException {
        String mark = mark();
        List<String> command = new ArrayList<>(List.of("display-message", "-p", mark));
        addScreens(command, panes, mark);
        return screens(panes, split(tmux.run(command).output(), mark));
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
}
