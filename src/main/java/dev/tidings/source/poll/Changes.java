package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.intake.Submission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a poller saw into submissions.
 *
 * <p>The order within a channel: {@code state.changed}, then {@code state.fresh}, then what the change amounts to; whoever
 * hears {@code tmux.window.created} finds the window in the state. Only {@code state.deleted} comes last: what is said
 * about an ending refers to the state that ends, and nothing follows it.
 */
final class Changes {
    private final String source;
    private final Retained retained;
    private final RefusedStates refused;
    private final List<Submission> submissions = new ArrayList<>();

    /**
     * @param source the poller's name
     * @param refused states that were not let in, and are not to be tried again as they are
     */
    Changes(String source, Retained retained, RefusedStates refused) {
        this.source = source;
        this.retained = retained;
        this.refused = refused;
    }

    /** What leads from what is retained to what was seen. */
    List<Submission> to(Map<Channel, ObjectNode> seen, List<Announcement> announcements) {
        Map<Channel, List<Announcement>> told = new HashMap<>();
        for (Announcement announcement : announcements) {
            told.computeIfAbsent(announcement.channel(), none -> new ArrayList<>())
                    .add(announcement);
        }
        Set<Channel> channels = new TreeSet<>(retained.states().keySet());
        channels.addAll(seen.keySet());
        channels.addAll(told.keySet());
        for (Channel channel : channels) {
            add(channel, seen.get(channel), told.getOrDefault(channel, List.of()));
        }
        return submissions;
    }

    /** That the source cannot be reached, for every channel that does not say so already. */
    List<Submission> stale(String reason) {
        for (Channel channel : new TreeSet<>(retained.channels())) {
            if (!retained.isStale(channel)) {
                submissions.add(stale(channel, reason));
            }
        }
        return submissions;
    }

    /** That a channel's state is not what there is. */
    Submission stale(Channel channel, String reason) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("reason", reason).put("source", source);
        return event(channel, Event.STATE_STALE, payload);
    }

    private void add(Channel channel, @Nullable ObjectNode now, List<Announcement> announcements) {
        ObjectNode before = retained.states().get(channel);
        if (now != null) {
            if (!retained.isAs(channel, now) && !refused.isAs(channel, now)) {
                write(channel, new Submission.Change.Put(now));
            }
            if (retained.isFreshDue(channel) && !refused.contains(channel)) {
                publish(
                        channel,
                        Event.STATE_FRESH,
                        JsonNodeFactory.instance.objectNode().put("source", source));
            }
        }
        announcements.forEach(each -> publish(channel, each.type(), each.payload()));
        if (now == null && before != null) {
            write(channel, new Submission.Change.Delete());
        }
    }

    private void write(Channel channel, Submission.Change change) {
        submissions.add(
                new Submission.Write(retained.key(channel), change, new Submission.Precondition.None(), null, null));
    }

    private void publish(Channel channel, String type, ObjectNode payload) {
        submissions.add(event(channel, type, payload));
    }

    private Submission event(Channel channel, String type, ObjectNode payload) {
        return new Submission.Publish(retained.key(channel), type, null, Json.of(payload), null);
    }
}
