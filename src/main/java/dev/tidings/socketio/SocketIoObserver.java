package dev.tidings.socketio;

import dev.tidings.auth.Caller;
import dev.tidings.event.ChannelKey;

/** Hears what Socket.IO clients do, for whoever counts it. Called on any thread; must be quick and not wait. */
public interface SocketIoObserver {
    /** A client has been let in. */
    void connected(Caller caller);

    /** A client has not been let in. */
    void refused();

    /** A client that had been let in has gone. */
    void disconnected(Caller caller);

    /** A client has got the answer to something it emitted. */
    void answered(String event, long nanos);

    /** A connection is in a project's room from now on. */
    void joined(ChannelKey project);

    /** It is there no longer. */
    void left(ChannelKey project);
}
