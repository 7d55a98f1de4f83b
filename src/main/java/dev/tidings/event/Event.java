package dev.tidings.event;

import org.jspecify.annotations.Nullable;

/**
 * One immutable fact in a channel, in its place.
 *
 * @param key where it happened
 * @param type what happened: dotted lower case, such as {@code project.phase.changed}
 * @param id unique within the channel
 * @param position its place in the channel: offsets run 1, 2, 3 … without holes
 * @param sequence its place among all events of its shard of the log, likewise without holes
 * @param timestamp when it was accepted, in ms since the Unix epoch
 * @param payload any JSON value
 * @param cause the id of the command, event or alert that led to it, if one did
 */
public record Event(
        ChannelKey key,
        String type,
        String id,
        Position position,
        long sequence,
        long timestamp,
        Json payload,
        @Nullable String cause) {
    /** The type of the event that changes a channel's state. */
    public static final String STATE_CHANGED = "state.changed";

    /** The type of the event that ends a channel's state. */
    public static final String STATE_DELETED = "state.deleted";

    /** The type of the event that says a state may be out of date. */
    public static final String STATE_STALE = "state.stale";

    /** The type of the event that says a stale state is up to date again. */
    public static final String STATE_FRESH = "state.fresh";

    public Channel channel() {
        return key.channel();
    }

    public long offset() {
        return position.offset();
    }
}
