/**
 * Fan-out: who has asked for which events, and handing each event to them.
 *
 * <p>A {@link dev.tidings.hub.Hub} follows the log and hands what it hears to its {@link dev.tidings.hub.HubLoop}s, one
 * for each event loop that connections live on.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>Everything of a {@code HubLoop}, its subscriptions and its subscribers is used on that loop's thread only: there
 *       are no locks and no concurrent maps on the way of an event to a connection.
 *   <li>{@link dev.tidings.hub.Inbox#offer} is the one door from other threads. It never waits; when a loop falls too far
 *       behind, what waits for it is dropped and the loop is told to read it from the log instead.
 *   <li>Nothing here waits for anything: reads of the log complete later, as tasks of the loop.
 * </ol>
 */
@NullMarked
package dev.tidings.hub;

import org.jspecify.annotations.NullMarked;
