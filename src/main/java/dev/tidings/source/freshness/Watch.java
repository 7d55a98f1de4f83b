package dev.tidings.source.freshness;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import org.jspecify.annotations.Nullable;

/** What is known of one channel's silence. Guarded by whoever holds it. */
final class Watch {
    private static final String STALE_ID = "stale:";

    private final ChannelKey key;
    private final long patienceMs;
    private Position newest;
    private long heardAt;
    private Phase phase = Phase.HEARD;
    private boolean hasState;
    private long dueAt;
    private boolean queued;

    /** Where in the channel a marker of ours stands that is the last one; null when it is somebody else's. */
    private @Nullable Position marker;

    /** What ended the silence. */
    private @Nullable String ender;

    /** What subscribers know last. */
    enum Phase {
        /** The state is fresh. */
        HEARD,
        /** They were told that it is stale. */
        STALE,
        /** They were told so, and something has come since: they have to be told that it is fresh. */
        RETURNED
    }

    /** @param patienceMs how long the channel may be silent */
    Watch(ChannelKey key, long patienceMs, Position newest, long heardAt) {
        this.key = key;
        this.patienceMs = patienceMs;
        this.newest = newest;
        this.heardAt = heardAt;
    }

    /** An event of the channel; one that has been heard before means nothing. */
    void hear(Event event) {
        if (event.position().epoch().equals(newest.epoch()) && event.offset() <= newest.offset()) {
            return;
        }
        newest = event.position();
        switch (event.type()) {
            case Event.STATE_STALE -> {
                phase = Phase.STALE;
                marker = event.id().startsWith(STALE_ID) ? event.position() : null;
            }
            case Event.STATE_FRESH -> {
                if (phase == Phase.STALE) {
                    heardAt = event.timestamp();
                }
                phase = Phase.HEARD;
            }
            default -> {
                if (phase == Phase.STALE) {
                    // Whoever else told that it is stale will tell that it is fresh.
                    phase = marker == null ? Phase.HEARD : Phase.RETURNED;
                    ender = event.id();
                }
                heardAt = event.timestamp();
            }
        }
    }

    /** Takes over what was known before and cannot be read: that subscribers were told of a silence which is over now. */
    void follow(Watch before) {
        if (phase == Phase.HEARD && before.phase != Phase.HEARD && before.marker != null) {
            phase = Phase.RETURNED;
            marker = before.marker;
            ender = before.ender;
        }
    }

    ChannelKey key() {
        return key;
    }

    Phase phase() {
        return phase;
    }

    Position newest() {
        return newest;
    }

    long heardAt() {
        return heardAt;
    }

    long patienceMs() {
        return patienceMs;
    }

    @Nullable
    String ender() {
        return ender;
    }

    boolean hasState() {
        return hasState;
    }

    void setHasState() {
        hasState = true;
    }

    /** When there may be something to tell; never while subscribers know that it is stale. */
    long nextLook() {
        return switch (phase) {
            case HEARD -> heardAt + patienceMs;
            case STALE -> Long.MAX_VALUE;
            case RETURNED -> 0;
        };
    }

    /** The id of what is to be told now: the same on all instances. */
    String markerId() {
        return marker == null || phase == Phase.HEARD
                ? STALE_ID + newest.epoch() + ':' + newest.offset()
                : "fresh:" + marker.epoch() + ':' + marker.offset();
    }

    boolean isQueued() {
        return queued;
    }

    long dueAt() {
        return dueAt;
    }

    void queue(long at) {
        queued = true;
        dueAt = at;
    }

    void unqueue() {
        queued = false;
    }
}
