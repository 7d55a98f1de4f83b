package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;

/**
 * An event that a poller has to tell, besides the change of state that goes with it.
 *
 * @param channel where it is told
 * @param type of the event, such as {@code tmux.window.created}
 * @param payload of the event
 * @param essential whether it is told however much else there is to tell; a look makes no more than a few such for a channel
 */
public record Announcement(Channel channel, String type, ObjectNode payload, boolean essential) {
    /** One that only counts where there are too many. */
    public Announcement(Channel channel, String type, ObjectNode payload) {
        this(channel, type, payload, false);
    }
}
