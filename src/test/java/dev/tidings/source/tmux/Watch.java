package dev.tidings.source.tmux;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.source.poll.Announcement;
import dev.tidings.source.poll.Poller;
import dev.tidings.source.poll.Snapshot;
import dev.tidings.source.poll.SourceUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;

/** Looks when it is told to, and collects what is announced. */
final class Watch {
    private final Poller poller;
    private final List<Announcement> heard = new ArrayList<>();
    private Map<Channel, ObjectNode> states = Map.of();

    Watch(Poller poller) {
        this.poller = poller;
    }

    /** Looks once, and answers what was announced. */
    List<Announcement> look() {
        try {
            Snapshot snapshot = poller.poll(states);
            List<Announcement> announced = new ArrayList<>(poller.explain(states, snapshot.states()));
            announced.addAll(snapshot.happenings());
            states = snapshot.states();
            heard.addAll(announced);
            return announced;
        } catch (SourceUnavailable e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Looks once, and answers what changed of the structure: what starts up may print, or become another program. */
    List<Announcement> structure() {
        return look().stream()
                .filter(each ->
                        !Set.of("tmux.pane.output", "tmux.pane.command.changed").contains(each.type()))
                .toList();
    }

    List<String> structureTypes() {
        return structure().stream().map(Announcement::type).toList();
    }

    /** Looks until something of this type has been announced since this call, and answers it. */
    Announcement lookFor(String type) {
        int from = heard.size();
        Awaitility.await(type).until(() -> {
            look();
            return heard.subList(from, heard.size()).stream()
                    .anyMatch(each -> each.type().equals(type));
        });
        return heard.subList(from, heard.size()).stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** Looks until there was no output for a while. */
    void settle() {
        Awaitility.await("quiet").during(Duration.ofMillis(400)).until(() -> look().isEmpty());
    }

    Map<Channel, ObjectNode> states() {
        return states;
    }

    ObjectNode state(String channel) {
        return states.get(new Channel(channel));
    }
}
