/**
 * Tells of channels whose state may be out of date because nothing has been heard of them for longer than their namespace
 * allows: {@code state.stale}, and {@code state.fresh} once something is heard again.
 *
 * <p>Every instance watches by following the log, and all of them come to the same conclusion. What one of them tells has an id
 * that follows from the place in the channel that it is about, so that the log stores it once, whoever is first.
 */
@NullMarked
package dev.tidings.source.freshness;

import org.jspecify.annotations.NullMarked;
