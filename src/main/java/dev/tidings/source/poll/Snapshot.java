package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import java.util.List;
import java.util.Map;

/**
 * What a poller saw.
 *
 * @param states all there is: a channel of the poller's that is missing here is gone
 * @param happenings what was seen that no state shows, such as output; told once, and not made up for when the log cannot
 *     take it
 */
public record Snapshot(Map<Channel, ObjectNode> states, List<Announcement> happenings) {
    public Snapshot {
        states = Map.copyOf(states);
        happenings = List.copyOf(happenings);
    }

    public Snapshot(Map<Channel, ObjectNode> states) {
        this(states, List.of());
    }
}
