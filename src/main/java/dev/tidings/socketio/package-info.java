/**
 * Socket.IO for clients that exist: protocol v5 over Engine.IO v4, at {@code /socket.io/}, by WebSocket and by HTTP long
 * polling with upgrade. Room {@code project_<id>} is channel {@code project:<id>}, and the hub delivers.
 *
 * <p>An {@link dev.tidings.socketio.EngineConnection} is one client, by whichever transport it is reached at the moment; its
 * {@link dev.tidings.socketio.SocketSession} is the state machine. Both live on one event loop, that of the first request.
 * Later requests, and the WebSocket of an upgrade, may come on other loops: what they bring is passed to that one.
 */
@NullMarked
package dev.tidings.socketio;

import org.jspecify.annotations.NullMarked;
