package dev.tidings.api.event;

import dev.tidings.event.Invalid;

/** Reads what publishers send, as calls do. */
public final class EventParsers {
    private EventParsers() {}

    /** A CloudEvent in JSON, or none. */
    public static void cloudEvent(byte[] body) {
        try {
            CloudEvents.structured(body).payload().tree();
        } catch (Invalid none) {
            // Refused in words.
        }
    }

    /** An event or several, or none. */
    public static void event(byte[] body) {
        try {
            EventBody.elements(body).forEach(EventBody::read);
        } catch (Invalid none) {
            // Refused in words.
        }
        try {
            EventBody.read(body).payload().tree();
        } catch (Invalid none) {
            // Refused in words.
        }
    }
}
