package dev.tidings.source.tmux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees which panes have had output since the last look.
 *
 * <p>tmux knows when there was output only for a window, and only by the second. Which pane it was mostly shows in what its
 * screen and history add up to: sizes and the cursor. A program that repaints in place (a spinner, a progress bar) moves
 * neither; therefore the panes of windows with recent output are {@linkplain #watched watched}: the next look gets their
 * screens too, in the same run of tmux, and a changed screen is output. Until there are two screens to compare, output
 * that leaves no other trace in a window of several panes counts for all of them.
 */
final class Activity {
    private static final int RECENT_SECONDS = 10;
    private static final int MAX_WATCHED = 64;

    private final Map<String, Seen> panes = new HashMap<>();
    private final List<String> watched = new ArrayList<>();
    private String server = "";
    private long lastLook;

    /**
     * @param trace changes with most output
     * @param output when there last was output in the window, in seconds
     * @param shown whether its window is its session's active one
     * @param screen a checksum of what was on the screen; null when not looked at
     */
    private record Seen(
            String trace,
            long output,
            boolean shown,
            @Nullable Integer screen) {
        boolean showsOther(Seen other) {
            return screen != null && other.screen != null && !screen.equals(other.screen);
        }
    }

    /** The panes whose screens the next look should bring. */
    List<String> watched() {
        return List.copyOf(watched);
    }

    /**
     * The panes with output since the last look. None of those that are new, and none of dead ones.
     *
     * @param screens what is on the screens of watched panes, as far as they were still there
     * @param now in seconds since the Unix epoch
     */
    Set<String> look(List<PaneRow> rows, Map<String, String> screens, long now) {
        if (!rows.isEmpty() && !rows.getFirst().server().equals(server)) {
            // Other panes with the same ids.
            panes.clear();
            server = rows.getFirst().server();
        }
        Map<String, Seen> seen = new LinkedHashMap<>();
        Map<String, List<String>> windows = new LinkedHashMap<>();
        for (PaneRow row : rows) {
            if (!row.dead() && !seen.containsKey(row.pane())) {
                String screen = screens.get(row.pane());
                Integer checksum = screen == null ? null : screen.hashCode();
                seen.put(
                        row.pane(),
                        new Seen(trace(row), row.number(Field.WINDOW_ACTIVITY), row.is(Field.WINDOW_ACTIVE), checksum));
                windows.computeIfAbsent(row.window(), none -> new ArrayList<>()).add(row.pane());
            }
        }
        Set<String> active = new HashSet<>();
        windows.values().forEach(inWindow -> active.addAll(active(inWindow, seen)));
        panes.clear();
        panes.putAll(seen);
        lastLook = now;
        watch(now);
        return active;
    }

    private Set<String> active(List<String> window, Map<String, Seen> seen) {
        Set<String> active = new HashSet<>();
        Set<String> candidates = new HashSet<>();
        for (String pane : window) {
            Seen was = panes.get(pane);
            Seen is = seen.get(pane);
            if (was == null || is == null) {
                continue;
            }
            // Making a window the active one counts as its activity as well.
            boolean certain = is.output() > was.output() && (was.shown() || !is.shown());
            // Output in the second of the last look may have come before it or after.
            boolean possible = is.output() > was.output() || is.output() >= lastLook;
            if (possible && (!is.trace().equals(was.trace()) || is.showsOther(was))) {
                active.add(pane);
            } else if (certain && (window.size() == 1 || is.screen() == null || was.screen() == null)) {
                candidates.add(pane);
            }
        }
        return active.isEmpty() ? candidates : active;
    }

    private void watch(long now) {
        watched.clear();
        panes.forEach((pane, seen) -> {
            if (seen.output() >= now - RECENT_SECONDS && watched.size() < MAX_WATCHED) {
                watched.add(pane);
            }
        });
    }

    private static String trace(PaneRow row) {
        StringBuilder trace = new StringBuilder();
        for (Field field : List.of(
                Field.HISTORY_SIZE,
                Field.HISTORY_BYTES,
                Field.CURSOR_X,
                Field.CURSOR_Y,
                Field.ALTERNATE_ON,
                Field.PANE_TITLE)) {
            trace.append(row.text(field)).append('|');
        }
        return trace.toString();
    }
}
