/**
 * Events as they happen for clients that have nothing but HTTP: Server-Sent Events and long polls. They are let in as calls
 * are, and are connections then: counted, swept and drained like WebSockets, and served by the same hub.
 *
 * <p>Thread rules: as in {@link dev.tidings.connection}. Everything of a stream or a poll is used on the event loop of its
 * request only.
 */
@NullMarked
package dev.tidings.stream;

import org.jspecify.annotations.NullMarked;
