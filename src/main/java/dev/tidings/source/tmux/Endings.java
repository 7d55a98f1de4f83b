package dev.tidings.source.tmux;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Waits for how a pane's program ended. tmux calls a pane dead as soon as its terminal is closed, and learns the exit
 * status a moment later; in between a look would tell of a death without its cause. So a pane that has just died without
 * one counts as alive until the next look. Then it is dead either way: some panes never had a program, old versions of
 * tmux do not tell of signals, and those before 3.5 now and then miss the end of a program and learn its status with that
 * of another; it comes into the state then.
 */
final class Endings {
    private final Set<String> awaited = new HashSet<>();

    /** The panes that are not to be called dead yet. */
    Set<String> await(List<PaneRow> rows, Map<Channel, ObjectNode> published) {
        Set<String> tooEarly = new HashSet<>();
        Set<String> unexplained = new HashSet<>();
        for (PaneRow row : rows) {
            boolean explained = !row.text(Field.PANE_DEAD_STATUS).isEmpty()
                    || !row.text(Field.PANE_DEAD_SIGNAL).isEmpty();
            if (row.dead() && !explained) {
                String pane = row.server() + row.pane();
                unexplained.add(pane);
                if (!awaited.contains(pane) && !isDead(row, published)) {
                    tooEarly.add(row.pane());
                }
            }
        }
        awaited.clear();
        awaited.addAll(unexplained);
        return tooEarly;
    }

    private static boolean isDead(PaneRow row, Map<Channel, ObjectNode> published) {
        ObjectNode session = published.get(SessionStates.channel(row.text(Field.SESSION_NAME)));
        return session != null
                && session.path("windows")
                        .path(row.window())
                        .path("panes")
                        .path(row.pane())
                        .path("dead")
                        .asBoolean();
    }
}
