package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;

/**
 * An event that a poller has to tell, besides the change of state that goes with it.
 *
 * @param channel where it is told
 * @param type of the event, such as {@code tmux.window.created}
 * @param payload of the event
 */
public record Announcement(Channel channel, String type, ObjectNode payload) {}
