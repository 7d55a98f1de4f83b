package dev.tidings.connection;

import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.Frames;

/** The way to one client. Used on the connection's loop only; nothing here waits, throws or calls back at once. */
public interface Transport {
    /** Queues messages to be sent, in order; refuses them when more waits than may. */
    Offer offer(Frames frames);

    /** As {@link #offer}, where nothing more comes in this turn of the loop: no need to wait for what could be sent along. */
    default Offer offerLast(Frames frames) {
        return offer(frames);
    }

    /** True while what waits is well below what may: a long replay may go on. */
    boolean hasRoom();

    /** How many bytes wait to be sent. */
    long queuedBytes();

    /** Asks the client for a sign of life. */
    void ping();

    /** When something last came from the client, by {@link System#nanoTime}. */
    long lastHeardNanos();

    /** Sends what was accepted and closes. Does nothing when it is closed already. */
    void close(Closing closing);
}
