/**
 * Who is present in a channel: the connections of all instances that asked to be.
 *
 * <p>A {@link dev.tidings.presence.Roster} knows who is present, whatever instance the connection is on, and tells every
 * instance of each change. {@link dev.tidings.presence.Rooms} hands that to its {@link dev.tidings.presence.LoopRooms}, one
 * for each event loop that connections live on, which tell those present there.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>Everything of a {@code LoopRooms} is used on its loop's thread only: no locks.
 *   <li>{@link dev.tidings.presence.Mailbox#offer} is the one door from other threads. It never waits; what does not fit is
 *       dropped, and the loop reads the roster instead.
 *   <li>Nothing here waits for anything: what a roster answers comes back as a task of the loop.
 * </ol>
 */
@NullMarked
package dev.tidings.presence;

import org.jspecify.annotations.NullMarked;
