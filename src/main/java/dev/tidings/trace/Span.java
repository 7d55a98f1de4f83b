package dev.tidings.trace;

import dev.tidings.event.ChannelKey;

/**
 * Something that happened to an event, and how long it took.
 *
 * @param kind what it was
 * @param trace of the event
 * @param id its own
 * @param parent the span that led to it; 0 for none
 * @param key the event's channel
 * @param type the event's type
 * @param event the event's id
 * @param offset the event's place; 0 when it has none
 * @param connections to how many it was handed; 0 when it is not about that
 * @param startNanos since the Unix epoch
 * @param endNanos since the Unix epoch
 */
record Span(
        Kind kind,
        EventTrace trace,
        long id,
        long parent,
        ChannelKey key,
        String type,
        String event,
        long offset,
        int connections,
        long startNanos,
        long endNanos) {

    /** What a span may be about, and OpenTelemetry's number for it. */
    enum Kind {
        PUBLISH("publish", 4),
        DELIVER("deliver", 5);

        private final String text;
        private final int number;

        Kind(String text, int number) {
            this.text = text;
            this.number = number;
        }

        String text() {
            return text;
        }

        int number() {
            return number;
        }
    }
}
