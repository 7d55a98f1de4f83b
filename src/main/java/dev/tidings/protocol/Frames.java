package dev.tidings.protocol;

import dev.tidings.event.Event;
import java.util.List;

/**
 * Messages encoded once, to be sent one after the other to any number of connections. The arrays are shared: not to be
 * changed. Two of these are equal only when they are the same.
 */
public final class Frames {
    private final List<byte[]> messages;
    private final List<Event> events;
    private final int bytes;

    private Frames(List<byte[]> messages, List<Event> events, int bytes) {
        this.messages = messages;
        this.events = events;
        this.bytes = bytes;
    }

    public static Frames of(byte[] message) {
        return new Frames(List.of(message), List.of(), message.length);
    }

    public static Frames of(List<byte[]> messages) {
        return ofEvents(messages, List.of());
    }

    public static Frames ofEvent(byte[] message, Event event) {
        return new Frames(List.of(message), List.of(event), message.length);
    }

    /** @param events one for each message */
    public static Frames ofEvents(List<byte[]> messages, List<Event> events) {
        int bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length;
        }
        return new Frames(List.copyOf(messages), List.copyOf(events), bytes);
    }

    /** Each the text of one WebSocket message, in UTF-8: events as the protocol of Tidings has them, see {@link EventForm}. */
    public List<byte[]> messages() {
        return messages;
    }

    /** What the messages say, one event for each; empty where the messages are no events. */
    public List<Event> events() {
        return events;
    }

    /** How many bytes the messages are together. */
    public int bytes() {
        return bytes;
    }
}
