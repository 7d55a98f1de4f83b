/**
 * One client, whatever its transport: who it is, what it may do, what it has asked for.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>A {@link dev.tidings.connection.Session} and its transport are used on one event loop's thread only.
 *   <li>What completes elsewhere, such as a publish, comes back as a task of that loop.
 *   <li>There is no timer for each connection: one sweep for each loop looks after heartbeats, expiry and deadlines.
 * </ol>
 *
 * <p>A client of another making speaks a {@link dev.tidings.connection.Dialect}. It says what the client's words mean as
 * {@link dev.tidings.protocol.ClientMessage}s, and tells the client in its own words what comes of them; all else is the
 * session's: limits, permissions, subscriptions, heartbeat, drain, operators. To add one:
 *
 * <ol>
 *   <li>An {@link dev.tidings.protocol.EventForm}, one object for the dialect: events are encoded in it once for all
 *       connections of a loop, as the native form is.
 *   <li>A {@code Dialect}, one for each connection if it has something to remember. Messages of dialects have no ids: those
 *       that it gives to {@code handle} are its own, to know the answers by.
 *   <li>A constant of {@link dev.tidings.connection.ConnectionKind}.
 *   <li>For a WebSocket, an endpoint whose methods call those of {@code connection.ws.Reception}. A dialect that has several
 *       transports gets the fast way out of a WebSocket from {@code Reception.transport}, and makes its
 *       {@link dev.tidings.connection.Session} itself, with a {@link dev.tidings.connection.Transport} of its own around it:
 *       then it counts the connection by {@code Admission.enter} and {@code leave}, adds the session to the loop's
 *       {@link dev.tidings.connection.Sweep}, and tells it when the client has gone.
 * </ol>
 */
@NullMarked
package dev.tidings.connection;

import org.jspecify.annotations.NullMarked;
