/**
 * The wire: what clients and server say to each other, how it is encoded, and the codes they use. Protocol
 * {@code tidings.v1}.
 *
 * <p>Values and pure functions, safe on any thread.
 */
@NullMarked
package dev.tidings.protocol;

import org.jspecify.annotations.NullMarked;
