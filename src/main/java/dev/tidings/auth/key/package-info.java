/**
 * The keys that tokens are verified with: which are configured, where they come from, and how they are kept up to date.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>Finding a key never waits, whatever thread asks.
 *   <li>Key sets behind a URL are read by one virtual thread, which alone waits for the network.
 * </ol>
 */
@NullMarked
package dev.tidings.auth.key;

import org.jspecify.annotations.NullMarked;
