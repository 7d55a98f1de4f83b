package dev.tidings.hub;

import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;

/** One connection as the hub sees it. Called on the connection's loop only. */
public interface Subscriber {
    /** Queues events to be sent, in the order offered. */
    Offer offer(Frames frames);

    /** As {@link #offer}, where nothing more comes in this turn of the loop: no need to wait for what could be sent along. */
    default Offer offerLast(Frames frames) {
        return offer(frames);
    }

    /** Queues a notice about a subscription, such as a gap, in order with the events. */
    void notify(ServerMessage notice);

    /**
     * True while there is room for a replay to go on. Live events do not ask: a connection without room for those is too
     * slow.
     */
    boolean hasRoom();

    /** Ends the connection because more waits for it than may. */
    void overflow();

    /** What became of an offer. */
    enum Offer {
        ACCEPTED,
        /** The connection's queue is full: nothing of it was taken. */
        FULL,
        /** The connection has ended. */
        CLOSED
    }
}
