package dev.tidings.operator;

import dev.tidings.auth.Caller;
import dev.tidings.protocol.CloseCode;

/** An open connection whose caller is known, of whatever transport. All methods are safe on any thread and do not wait. */
public interface OpenConnection {
    /** Unique over all instances. */
    String id();

    /** Whose it is, by the newest token it has shown. The tenant stays the same. */
    Caller caller();

    /** What it is, as operators read it: {@code websocket} and the like. */
    String transport();

    /** When it was opened, in ms since the Unix epoch. */
    long since();

    /** How it was doing a moment ago. */
    Load load();

    /** Sends the client away, and tells it why if it can be told. Does nothing when it has gone. */
    void disconnect(CloseCode code, String reason);

    /**
     * How a connection is doing.
     *
     * @param subscriptions targets subscribed to
     * @param queuedBytes waiting to be sent to it
     * @param lag events of what it is subscribed to that have not been queued for it yet, because it is too slow or is being
     *     brought up to date
     */
    record Load(int subscriptions, long queuedBytes, long lag) {
        /** That of a connection which has asked for nothing yet. */
        public static final Load NONE = new Load(0, 0, 0);

        /** True when it has not been given all that there is. */
        public boolean isBehind() {
            return lag > 0;
        }
    }
}
