/**
 * WebSockets: those of native clients, at {@code /ws}, and the way in for whatever dialect.
 *
 * <p>WebSockets Next owns the handshake, what comes in, and the end of a connection. What goes out bypasses it: a frame is
 * built once for all connections of a loop and written to their Netty channels, and each channel is flushed once however
 * many frames it got in one pass of the loop. Where a connection's channel cannot be had, {@code sendText} serves, slower.
 */
@NullMarked
package dev.tidings.connection.ws;

import org.jspecify.annotations.NullMarked;
