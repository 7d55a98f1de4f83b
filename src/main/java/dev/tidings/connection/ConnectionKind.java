package dev.tidings.connection;

import java.util.Locale;

/** By which transport a client is connected. */
public enum ConnectionKind {
    WEBSOCKET,
    SSE,
    LONG_POLL,
    /** The dialect of machine control panels. */
    DEVICES,
    /** The dialect of orchestrator dashboards. */
    PROJECTS,
    /** Socket.IO, by whichever of its transports. */
    SOCKETIO,
    /** GraphQL over WebSocket. */
    GRAPHQL;

    /** As in metrics: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
