package dev.tidings.protocol;

import java.util.List;

/**
 * Messages encoded once, to be sent one after the other to any number of connections. The arrays are shared: not to be
 * changed. Two of these are equal only when they are the same.
 */
public final class Frames {
    private final List<byte[]> messages;
    private final int bytes;

    private Frames(List<byte[]> messages, int bytes) {
        this.messages = messages;
        this.bytes = bytes;
    }

    public static Frames of(byte[] message) {
        return new Frames(List.of(message), message.length);
    }

    public static Frames of(List<byte[]> messages) {
        int bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length;
        }
        return new Frames(List.copyOf(messages), bytes);
    }

    /** Each the text of one WebSocket message, in UTF-8. */
    public List<byte[]> messages() {
        return messages;
    }

    /** How many bytes the messages are together. */
    public int bytes() {
        return bytes;
    }
}
