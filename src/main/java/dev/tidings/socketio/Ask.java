package dev.tidings.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Something a client asked for, as the id of the message that it becomes: what the answer has to know travels with it, and
 * nothing has to be kept.
 *
 * @param event under which name it was emitted
 * @param ack by which number the client wants to be answered; null when it does not
 * @param askedNanos when, by {@link System#nanoTime}
 * @param detail what else the answer has to know; empty for nothing, without spaces
 */
record Ask(String event, @Nullable Long ack, long askedNanos, String detail) {
    Ask(String event, @Nullable Long ack) {
        this(event, ack, System.nanoTime(), "");
    }

    Ask about(String known) {
        return new Ask(event, ack, askedNanos, known);
    }

    String id() {
        return event + ' ' + (ack == null ? "-" : ack) + ' ' + askedNanos + ' ' + detail;
    }

    /** What an id says; null for null. */
    static @Nullable Ask of(@Nullable String id) {
        if (id == null) {
            return null;
        }
        String[] parts = id.split(" ", 4);
        return new Ask(
                parts[0], parts[1].equals("-") ? null : Long.valueOf(parts[1]), Long.parseLong(parts[2]), parts[3]);
    }
}
