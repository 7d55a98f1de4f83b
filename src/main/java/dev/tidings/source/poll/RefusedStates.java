package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.intake.Submission;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * States that were seen and are never let in as they are, such as one that is too large. What changes is found against them
 * then, not against what is stored: else the same events would be told with every look.
 */
final class RefusedStates {
    private final Map<Channel, ObjectNode> states = new HashMap<>();

    void forget() {
        states.clear();
    }

    boolean isEmpty() {
        return states.isEmpty();
    }

    boolean contains(Channel channel) {
        return states.containsKey(channel);
    }

    /** Whether a channel's state was refused as it is now. */
    boolean isAs(Channel channel, ObjectNode now) {
        return now.equals(states.get(channel));
    }

    /** What was seen last, whether or not it is stored. */
    Map<Channel, ObjectNode> over(Retained retained) {
        Map<Channel, ObjectNode> known = new HashMap<>(retained.states());
        known.putAll(states);
        return known;
    }

    /** Forgets those that are again as they are stored. */
    void dropStored(Retained retained, Map<Channel, ObjectNode> seen) {
        states.keySet().removeIf(channel -> retained.isAs(channel, seen.get(channel)));
    }

    /**
     * Keeps what is stored apart from what is not.
     *
     * @param never the channels whose writes were refused just now
     */
    void settle(Retained retained, Map<Channel, ObjectNode> seen, Set<Channel> never, List<Submission> submissions) {
        Set<Channel> stale = new HashSet<>(states.keySet());
        stale.removeIf(channel -> !seen.containsKey(channel) || !retained.isStale(channel));
        for (Submission submission : submissions) {
            if (submission instanceof Submission.Write) {
                states.remove(submission.key().channel());
            }
        }
        states.keySet().retainAll(seen.keySet());
        Map<Channel, ObjectNode> stored = new HashMap<>(seen);
        for (Channel channel : never) {
            ObjectNode refused = seen.get(channel);
            if (refused != null) {
                states.put(channel, refused);
            }
        }
        for (Channel channel : states.keySet()) {
            ObjectNode before = retained.states().get(channel);
            if (before == null) {
                stored.remove(channel);
            } else {
                stored.put(channel, before);
            }
        }
        retained.published(stored);
        // Also those that have just been let in: the next look tells that they are fresh.
        stale.forEach(retained::markedStale);
    }
}
