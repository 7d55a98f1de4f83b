/**
 * How a number has gone: series out of a channel's history, reduced to as many points as somebody can look at. Plain Java;
 * reads page by page, and keeps no more than the points, or a bounded number of values.
 */
@NullMarked
package dev.tidings.trend;

import org.jspecify.annotations.NullMarked;
