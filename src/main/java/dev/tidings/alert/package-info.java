/**
 * Alerts: rules over what happens in channels, and who is told when one of them holds. Plain Java.
 *
 * <p>Every instance evaluates every event. What becomes of an alert is decided by compare-and-set of its state in the log, in
 * channels that no token can name, so that it is raised once whoever is first, and survives them all.
 *
 * <p>Thread rule: one thread evaluates, and owns all that is not said to be safe on any thread. It may wait for the log. The
 * log's threads only note what they hear.
 */
@NullMarked
package dev.tidings.alert;

import org.jspecify.annotations.NullMarked;
