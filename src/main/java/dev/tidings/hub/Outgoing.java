package dev.tidings.hub;

import dev.tidings.event.Event;
import dev.tidings.protocol.EventFrames;
import dev.tidings.protocol.Frames;
import org.jspecify.annotations.Nullable;

/** An event on its way to subscribers on all loops. It is encoded by whichever loop needs it first. */
final class Outgoing {
    private final Event event;
    private final int conflated;

    // Two loops may both encode it; the results are the same.
    private volatile byte @Nullable [] encoded;

    private volatile @Nullable Frames frames;

    Outgoing(Event event) {
        this(event, 0);
    }

    /** @param conflated how many events this one stands for besides itself */
    Outgoing(Event event, int conflated) {
        this.event = event;
        this.conflated = conflated;
    }

    int conflated() {
        return conflated;
    }

    Event event() {
        return event;
    }

    /** For those who are sent it by itself: the same for all of them, so that it is put into a frame once. */
    Frames frames() {
        Frames known = frames;
        if (known == null) {
            known = Frames.ofEvent(encoded(), event);
            frames = known;
        }
        return known;
    }

    byte[] encoded() {
        byte[] known = encoded;
        if (known == null) {
            known = EventFrames.encode(event, conflated);
            encoded = known;
        }
        return known;
    }
}
