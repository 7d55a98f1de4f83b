/**
 * The log: gives every event its place, keeps what a channel retains, and tells followers what came.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>The methods of {@link dev.tidings.log.EventLog} may be called on any thread and never wait: what takes time
 *       completes later, on a thread of the log's choosing.
 *   <li>A follower is called by one thread at a time for each shard, in the order of the shard, and must not wait either:
 *       whatever it does, the appends and the other followers wait for it.
 * </ol>
 */
@NullMarked
package dev.tidings.log;

import org.jspecify.annotations.NullMarked;
