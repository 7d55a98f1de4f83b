package dev.tidings.protocol;

import dev.tidings.event.Position;
import java.util.List;

/**
 * Messages encoded once, to be sent one after the other to any number of connections. The arrays are shared: not to be
 * changed. Two of these are equal only when they are the same.
 */
public final class Frames {
    private final List<byte[]> messages;
    private final List<Position> places;
    private final int bytes;

    private Frames(List<byte[]> messages, List<Position> places, int bytes) {
        this.messages = messages;
        this.places = places;
        this.bytes = bytes;
    }

    public static Frames of(byte[] message) {
        return new Frames(List.of(message), List.of(), message.length);
    }

    public static Frames of(List<byte[]> messages) {
        return ofEvents(messages, List.of());
    }

    public static Frames ofEvent(byte[] message, Position place) {
        return new Frames(List.of(message), List.of(place), message.length);
    }

    /** @param places one for each message */
    public static Frames ofEvents(List<byte[]> messages, List<Position> places) {
        int bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length;
        }
        return new Frames(List.copyOf(messages), List.copyOf(places), bytes);
    }

    /** Each the text of one WebSocket message, in UTF-8. */
    public List<byte[]> messages() {
        return messages;
    }

    /** Where the events are in their channels, one place for each message; empty where the messages are no events. */
    public List<Position> places() {
        return places;
    }

    /** How many bytes the messages are together. */
    public int bytes() {
        return bytes;
    }
}
