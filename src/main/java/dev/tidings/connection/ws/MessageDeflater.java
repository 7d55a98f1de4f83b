package dev.tidings.connection.ws;

import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Compresses messages for permessage-deflate (RFC 7692), each by itself: so one result serves all connections, whatever
 * they have been sent before. Used on one loop's thread only.
 */
final class MessageDeflater {
    /** Shorter messages would hardly become shorter still. */
    private static final int WORTHWHILE = 128;

    /** What ends a flushed block, and goes without saying (RFC 7692, section 7.2.1). */
    private static final int TAIL = 4;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] buffer = new byte[4096];

    /** The message compressed, or as it is when that would be no gain: the same array then. */
    byte[] deflate(byte[] message) {
        if (message.length < WORTHWHILE) {
            return message;
        }
        deflater.reset();
        deflater.setInput(message);
        int length = 0;
        while (true) {
            int room = buffer.length - length;
            int written = deflater.deflate(buffer, length, room, Deflater.SYNC_FLUSH);
            length += written;
            if (written < room) {
                break;
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        return length - TAIL < message.length ? Arrays.copyOf(buffer, length - TAIL) : message;
    }
}
