package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import java.util.List;
import java.util.Map;

/**
 * Looks at something that does not tell by itself when it changes.
 *
 * <p>A poller only looks. What was published before, whether that is to change, when to look again and what to do about
 * failures is the {@link PollerRunner}'s. It is used by one thread at a time, and may keep what it needs to see movement,
 * such as the last count of a counter; but nothing that a restart must not lose.
 */
public interface Poller {
    /** The channels it may publish on. When that is one channel, the channel is this poller's even without a state. */
    ChannelPattern scope();

    /** Whether a retained state within the scope is this poller's. Another poller may publish within the same scope. */
    default boolean owns(JsonNode state) {
        return true;
    }

    /**
     * Looks, and answers or fails within the time-out it was given.
     *
     * @param published what the channels of this poller retain now, for pollers that hold small changes back
     * @throws SourceUnavailable when nothing can be said about the source
     */
    Snapshot poll(Map<Channel, ObjectNode> published) throws SourceUnavailable, InterruptedException;

    /**
     * What a change amounts to. A pure function: it is given what was published and what is, whoever published it and
     * however long ago.
     */
    default List<Announcement> explain(Map<Channel, ObjectNode> before, Map<Channel, ObjectNode> after) {
        return List.of();
    }
}
