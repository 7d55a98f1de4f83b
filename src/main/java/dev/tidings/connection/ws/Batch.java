package dev.tidings.connection.ws;

import java.util.ArrayList;
import java.util.List;

/** Messages held back for a connection that wants several in one frame. */
final class Batch {
    private final int holdMs;
    private final int limit;
    private List<byte[]> messages = new ArrayList<>();
    private long bytes;

    /**
     * @param holdMs how long a message may be held, in ms; above 0
     * @param limit how many messages a frame may have
     */
    Batch(int holdMs, int limit) {
        this.holdMs = holdMs;
        this.limit = limit;
    }

    int holdMs() {
        return holdMs;
    }

    void add(byte[] message) {
        messages.add(message);
        bytes += message.length;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    boolean isFull() {
        return messages.size() >= limit;
    }

    /** How many bytes are held. */
    long bytes() {
        return bytes;
    }

    /** Takes everything, to go into one frame. */
    List<byte[]> take() {
        List<byte[]> taken = messages;
        messages = new ArrayList<>();
        bytes = 0;
        return taken;
    }
}
