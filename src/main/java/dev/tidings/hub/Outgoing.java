package dev.tidings.hub;

import dev.tidings.event.Event;
import dev.tidings.protocol.EventFrames;
import org.jspecify.annotations.Nullable;

/** An event on its way to subscribers on all loops. It is encoded by whichever loop needs it first. */
final class Outgoing {
    private final Event event;

    // Two loops may both encode it; the results are the same.
    private volatile byte @Nullable [] encoded;

    Outgoing(Event event) {
        this.event = event;
    }

    Event event() {
        return event;
    }

    byte[] encoded() {
        byte[] known = encoded;
        if (known == null) {
            known = EventFrames.encode(event);
            encoded = known;
        }
        return known;
    }
}
