/**
 * Traces of events, from being published to being delivered, told by OTLP over HTTP. Nothing of this is there unless it is configured.
 *
 * <p>An event's trace follows from the event: from the trace context (W3C) that its {@code cause} is, or else from its id. So every
 * instance comes to the same trace, and to the same decision whether it is told, without anything being kept or passed on.
 *
 * <p>Thread rules: spans are noted by whoever publishes or delivers, and never wait; one virtual thread tells them.
 */
@NullMarked
package dev.tidings.trace;

import org.jspecify.annotations.NullMarked;
