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
 */
@NullMarked
package dev.tidings.connection;

import org.jspecify.annotations.NullMarked;
