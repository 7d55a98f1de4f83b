package dev.tidings.source.tmux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.source.poll.ChannelIds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the state of each session.
 *
 * <p>Windows and panes are members by their ids, which never change, so that a merge patch holds what changed and nothing
 * else. What changes all the time (titles with spinners, cursors, history sizes) is left out: it would make a
 * {@code state.changed} of every look.
 */
final class SessionStates {
    /** The namespace of the sessions' channels. */
    static final String NAMESPACE = "tmux";

    private final String host;
    private final String socket;

    /**
     * @param host the machine the server runs on
     * @param socket which of the machine's servers it is
     */
    SessionStates(String host, String socket) {
        this.host = host;
        this.socket = socket;
    }

    static Channel channel(String sessionName) {
        return Channel.of(NAMESPACE, ChannelIds.of(sessionName));
    }

    /** Whether a state was made for the same server, or one before it on the same socket. */
    boolean made(JsonNode state) {
        return state.path("host").asText().equals(host)
                && state.path("socket").asText().equals(socket);
    }

    /** @param alive panes that are not to be called dead yet */
    Map<Channel, ObjectNode> of(List<PaneRow> rows, Set<String> alive) {
        Map<Channel, ObjectNode> states = new HashMap<>();
        for (PaneRow row : rows) {
            ObjectNode state = states.computeIfAbsent(channel(row.text(Field.SESSION_NAME)), channel -> session(row));
            ObjectNode windows = state.withObject("/windows");
            ObjectNode window = windows.get(row.window()) instanceof ObjectNode known ? known : window(row);
            windows.set(row.window(), window);
            window.withObject("/panes").set(row.pane(), pane(row, row.dead() && !alive.contains(row.pane())));
        }
        return states;
    }

    private ObjectNode session(PaneRow row) {
        ObjectNode session = object();
        session.put("host", host)
                .put("socket", socket)
                .put("id", row.session())
                .put("name", row.text(Field.SESSION_NAME))
                .put("attached", row.number(Field.SESSION_ATTACHED));
        session.putObject("server")
                .put("pid", row.number(Field.PID))
                .put("started", row.number(Field.START_TIME) * 1000);
        session.putObject("windows");
        return session;
    }

    private static ObjectNode window(PaneRow row) {
        ObjectNode window = object();
        window.put("index", row.number(Field.WINDOW_INDEX))
                .put("name", row.text(Field.WINDOW_NAME))
                .put("active", row.is(Field.WINDOW_ACTIVE));
        window.putObject("panes");
        return window;
    }

    private static ObjectNode pane(PaneRow row, boolean dead) {
        ObjectNode pane = object();
        pane.put("index", row.number(Field.PANE_INDEX))
                .put("active", row.is(Field.PANE_ACTIVE))
                .put("command", row.text(Field.PANE_CURRENT_COMMAND))
                .put("path", row.text(Field.PANE_CURRENT_PATH))
                .put("pid", row.number(Field.PANE_PID))
                .put("width", row.number(Field.PANE_WIDTH))
                .put("height", row.number(Field.PANE_HEIGHT))
                .put("dead", dead);
        if (dead) {
            // One of the two is empty: it either exited or was killed.
            putIfAny(pane, "exit_status", row.text(Field.PANE_DEAD_STATUS));
            putIfAny(pane, "signal", row.text(Field.PANE_DEAD_SIGNAL));
        }
        return pane;
    }

    /** A number where tmux gives one; it names signals in some versions. */
    private static void putIfAny(ObjectNode object, String member, String text) {
        if (text.matches("\\d{1,9}")) {
            object.put(member, Integer.parseInt(text));
        } else if (!text.isEmpty()) {
            object.put(member, text);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
