package dev.tidings.source.tmux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.source.poll.Announcement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a change of sessions' states amounts to.
 *
 * <p>A session is the same when its id and its server are: a server that was restarted gives the same ids to other
 * sessions. What a session ends with or begins with is told too, the panes and windows before the session that ends, and
 * after the one that begins. A session that was renamed is told of on the channel it had and on the one it has now.
 */
final class Explanation {
    private final List<Announcement> announcements = new ArrayList<>();

    private Explanation() {}

    private record Session(Channel channel, ObjectNode state) {
        String name() {
            return state.path("name").asText();
        }

        ObjectNode reference() {
            return object().put("id", state.path("id").asText()).put("name", name());
        }
    }

    static List<Announcement> of(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
        Explanation explanation = new Explanation();
        Map<String, Session> were = sessions(before);
        Map<String, Session> are = sessions(after);
        were.forEach((id, session) -> {
            if (!are.containsKey(id)) {
                explanation.closed(session);
            }
        });
        are.forEach((id, session) -> {
            Session was = were.get(id);
            if (was == null) {
                explanation.created(session);
            } else {
                explanation.changed(was, session);
            }
        });
        return explanation.announcements;
    }

    private static Map<String, Session> sessions(Map<Channel, ObjectNode> states) {
        Map<String, Session> sessions = new LinkedHashMap<>();
        new TreeMap<>(states).forEach((channel, state) -> {
            JsonNode server = state.path("server");
            String id = server.path("pid").asText()
                    + '@'
                    + server.path("started").asText()
                    + state.path("id").asText();
            sessions.put(id, new Session(channel, state));
        });
        return sessions;
    }

    private void closed(Session session) {
        members(session.state().path("windows")).forEach((id, window) -> windowClosed(session, id, window));
        tell(session, "tmux.session.closed", null, null);
    }

    private void created(Session session) {
        tell(session, "tmux.session.created", null, null);
        members(session.state().path("windows")).forEach((id, window) -> windowCreated(session, id, window));
    }

    private void changed(Session was, Session is) {
        if (!was.name().equals(is.name())) {
            ObjectNode previous = object().put("name", was.name());
            tell(is, "tmux.session.renamed", null, previous);
            if (!was.channel().equals(is.channel())) {
                announcements.add(new Announcement(
                        was.channel(),
                        "tmux.session.renamed",
                        announcements.getLast().payload().deepCopy(),
                        true));
            }
        }
        Map<String, JsonNode> before = members(was.state().path("windows"));
        Map<String, JsonNode> now = members(is.state().path("windows"));
        before.forEach((id, window) -> {
            if (!now.containsKey(id)) {
                windowClosed(is, id, window);
            }
        });
        now.forEach((id, window) -> {
            JsonNode known = before.get(id);
            if (known == null) {
                windowCreated(is, id, window);
            } else {
                windowChanged(is, id, known, window);
            }
        });
        activated(is, before, now);
    }

    private void windowClosed(Session session, String id, JsonNode window) {
        members(window.path("panes"))
                .forEach((pane, node) -> tellPane(session, "closed", id, window, pane, node, null));
        tell(session, "tmux.window.closed", windowReference(id, window), null);
    }

    private void windowCreated(Session session, String id, JsonNode window) {
        tell(session, "tmux.window.created", windowReference(id, window), null);
        members(window.path("panes"))
                .forEach((pane, node) -> tellPane(session, "created", id, window, pane, node, null));
    }

    private void windowChanged(Session session, String id, JsonNode was, JsonNode is) {
        if (!was.path("name").equals(is.path("name"))) {
            tell(session, "tmux.window.renamed", windowReference(id, is), only("name", was));
        }
        Map<String, JsonNode> before = members(was.path("panes"));
        Map<String, JsonNode> now = members(is.path("panes"));
        before.forEach((pane, node) -> {
            if (!now.containsKey(pane)) {
                tellPane(session, "closed", id, was, pane, node, null);
            }
        });
        now.forEach((pane, node) -> {
            JsonNode known = before.get(pane);
            if (known == null) {
                tellPane(session, "created", id, is, pane, node, null);
            } else {
                paneChanged(session, id, is, pane, known, node);
            }
        });
    }

    private void paneChanged(Session session, String windowId, JsonNode window, String id, JsonNode was, JsonNode is) {
        boolean died = is.path("dead").asBoolean() && !was.path("dead").asBoolean();
        if (died) {
            tellPane(session, "died", windowId, window, id, is, null);
        } else if (!was.path("command").equals(is.path("command"))) {
            tellPane(session, "command.changed", windowId, window, id, is, only("command", was));
        }
    }

    private void activated(Session session, Map<String, JsonNode> before, Map<String, JsonNode> now) {
        String was = active(before);
        String is = active(now);
        if (is != null && !is.equals(was)) {
            ObjectNode previous = was == null ? null : windowReference(was, Objects.requireNonNull(before.get(was)));
            tell(session, "tmux.window.activated", windowReference(is, Objects.requireNonNull(now.get(is))), previous);
        }
    }

    private static @Nullable String active(Map<String, JsonNode> windows) {
        for (Map.Entry<String, JsonNode> window : windows.entrySet()) {
            if (window.getValue().path("active").asBoolean()) {
                return window.getKey();
            }
        }
        return null;
    }

    private void tellPane(
            Session session,
            String what,
            String windowId,
            JsonNode window,
            String id,
            JsonNode pane,
            @Nullable ObjectNode previous) {
        tell(session, "tmux.pane." + what, windowReference(windowId, window), previous);
        announcements.getLast().payload().set("pane", paneReference(id, pane));
    }

    private void tell(Session session, String type, @Nullable ObjectNode window, @Nullable ObjectNode previous) {
        ObjectNode payload = object();
        payload.set("session", session.reference());
        if (window != null) {
            payload.set("window", window);
        }
        if (previous != null) {
            payload.set("previous", previous);
        }
        // How a session begins, ends and moves is always told: there are no more than two of these in a look.
        announcements.add(new Announcement(session.channel(), type, payload, window == null));
    }

    private static ObjectNode windowReference(String id, JsonNode window) {
        ObjectNode reference = object().put("id", id);
        copy(window, "index", reference);
        copy(window, "name", reference);
        return reference;
    }

    private static ObjectNode paneReference(String id, JsonNode pane) {
        ObjectNode reference = object().put("id", id);
        for (String member : List.of("index", "command", "exit_status", "signal")) {
            copy(pane, member, reference);
        }
        return reference;
    }

    private static ObjectNode only(String member, JsonNode from) {
        ObjectNode object = object();
        copy(from, member, object);
        return object;
    }

    private static void copy(JsonNode from, String member, ObjectNode to) {
        JsonNode value = from.get(member);
        if (value != null) {
            to.set(member, value);
        }
    }

    /** In the order of their ids, which is the order they were made in. */
    private static Map<String, JsonNode> members(JsonNode object) {
        Map<String, JsonNode> members = new TreeMap<>(Explanation::byNumber);
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    private static int byNumber(String a, String b) {
        return a.length() == b.length() ? a.compareTo(b) : Integer.compare(a.length(), b.length());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
