package dev.tidings.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Something a client asked for, as the id of the message that it becomes: what the answer has to know travels with it, and
 * nothing has to be kept.
 *
 * @param event under which name it was emitted
 * @param ack by which number the client wants to be answered; null when it does not
 * @param askedNanos when, by {@link System#nanoTime}
 * @param detail what else the answer has to know; empty for nothing
 */
record Ask(String event, @Nullable Long ack, long askedNanos, String detail) {
    private static final String UNKNOWN = "unknown";
    private static final int MOST_SHOWN = 64;

    Ask(String event, @Nullable Long ack) {
        this(event, ack, System.nanoTime(), "");
    }

    /** Something that clients cannot emit: its name is the client's, may be anything, and goes back cut. */
    static Ask unknown(String name, @Nullable Long ack) {
        return new Ask(UNKNOWN, ack)
                .about(name.codePoints()
                        .limit(MOST_SHOWN)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
    }

    /** The event as the client named it. */
    String named() {
        return event.equals(UNKNOWN) ? detail : event;
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
