package dev.tidings.source.tmux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.source.poll.Announcement;
import dev.tidings.source.poll.Poller;
import dev.tidings.source.poll.Snapshot;
import dev.tidings.source.poll.SourceUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches one tmux server. Each session is a channel, {@code tmux:<session>}, with the session's structure as its state.
 *
 * <p>No server, or none any more, is nothing unusual: there are no sessions then.
 */
public final class TmuxPoller implements Poller {
    /** The namespace of the sessions' channels. */
    public static final String NAMESPACE = SessionStates.NAMESPACE;

    private static final int MAX_LINES = 20;
    private static final int MAX_CHARACTERS = 4096;

    private final TmuxClient client;
    private final SessionStates states;
    private final boolean content;
    private final Clock clock;
    private final Activity activity = new Activity();
    private final Endings endings = new Endings();

    /**
     * @param host the name of this machine
     * @param content whether output is told with what is on the screen
     */
    public TmuxPoller(String host, TmuxServer server, boolean content, Duration timeout, Clock clock) {
        this.client = new TmuxClient(server, timeout);
        this.states = new SessionStates(host, server.name());
        this.content = content;
        this.clock = clock;
    }

    @Override
    public ChannelPattern scope() {
        return new ChannelPattern(NAMESPACE + ":*");
    }

    @Override
    public boolean owns(JsonNode state) {
        return states.made(state);
    }

    @Override
    public Snapshot poll(Map<Channel, ObjectNode> published) throws SourceUnavailable, InterruptedException {
        TmuxClient.Answer answer = client.list(activity.watched());
        Set<String> active =
                activity.look(answer.panes(), answer.screens(), clock.instant().getEpochSecond());
        Map<String, String> screens = content ? screens(active, answer.screens()) : Map.of();
        List<Announcement> outputs = new ArrayList<>();
        for (PaneRow row : answer.panes()) {
            if (active.contains(row.pane())) {
                outputs.add(output(row, screens));
            }
        }
        Set<String> alive = endings.await(answer.panes(), published);
        return new Snapshot(states.of(answer.panes(), alive), outputs);
    }

    @Override
    public List<Announcement> explain(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
        return Explanation.of(before, after);
    }

    /** The screens of the panes with output: those that came with the list, and the others in one more run of tmux. */
    private Map<String, String> screens(Set<String> active, Map<String, String> known)
            throws SourceUnavailable, InterruptedException {
        List<String> missing = active.stream()
                .filter(pane -> !known.containsKey(pane))
                .sorted()
                .toList();
        if (missing.isEmpty()) {
            return known;
        }
        Map<String, String> all = new HashMap<>(known);
        all.putAll(client.screens(missing));
        return all;
    }

    private static Announcement output(PaneRow row, Map<String, String> screens) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.putObject("session").put("id", row.session()).put("name", row.text(Field.SESSION_NAME));
        payload.putObject("window")
                .put("id", row.window())
                .put("index", row.number(Field.WINDOW_INDEX))
                .put("name", row.text(Field.WINDOW_NAME));
        payload.putObject("pane")
                .put("id", row.pane())
                .put("index", row.number(Field.PANE_INDEX))
                .put("command", row.text(Field.PANE_CURRENT_COMMAND))
                .put("title", row.text(Field.PANE_TITLE));
        String screen = screens.get(row.pane());
        if (screen != null) {
            payload.put("content", lastLines(screen));
        }
        return new Announcement(SessionStates.channel(row.text(Field.SESSION_NAME)), "tmux.pane.output", payload);
    }

    /** A screen is filled up with empty lines below what was written. */
    static String lastLines(String screen) {
        List<String> lines = screen.stripTrailing().lines().toList();
        String last = String.join("\n", lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
        if (last.length() <= MAX_CHARACTERS) {
            return last;
        }
        int from = last.length() - MAX_CHARACTERS;
        return last.substring(Character.isLowSurrogate(last.charAt(from)) ? from + 1 : from);
    }
}
