package dev.tidings.hub;

import dev.tidings.protocol.ServerMessage;

/** Hears how a subscription went. Called on the connection's loop. */
public interface Reply {
    /** It holds. Comes before any of its events. */
    void subscribed(ServerMessage subscribed);

    /** The log could not be read: the subscription does not hold; one that was there before still does. */
    void failed(Throwable failure);
}
