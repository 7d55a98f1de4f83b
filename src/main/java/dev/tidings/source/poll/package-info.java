/**
 * Polling as such, whatever is polled: looks at a source again and again, compares with what the log retains, and submits
 * what changed.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>Each {@link dev.tidings.source.poll.PollerRunner} has a virtual thread of its own. Its poller, and all that the
 *       runner remembers, is touched by that thread only, and may block it.
 *   <li>{@code start} and {@code stop} may be called by any thread.
 * </ol>
 */
@NullMarked
package dev.tidings.source.poll;

import org.jspecify.annotations.NullMarked;
