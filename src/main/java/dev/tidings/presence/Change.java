package dev.tidings.presence;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;

/**
 * Somebody came or went.
 *
 * @param sequence greater than that of any change in the same shard before it
 */
public record Change(long sequence, ChannelKey key, Kind kind, Presence presence) {
    public enum Kind {
        JOINED,
        LEFT
    }

    /** The connection that came or went. */
    String connection() {
        return presence.connection();
    }
}
