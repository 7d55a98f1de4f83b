/**
 * The nouns of Tidings: channels, events, their order, the state they make and the filters that choose among them.
 *
 * <p>Everything here is an immutable value, safe on any thread, and depends on nothing but the JDK and Jackson's JSON
 * tree.
 */
@NullMarked
package dev.tidings.event;

import org.jspecify.annotations.NullMarked;
