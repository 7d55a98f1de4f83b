package dev.tidings.connection.ws;

import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into WebSocket frames (RFC 6455, section 5.2: text, final, not masked). Remembers the last result, for the
 * same messages usually go to many connections in a row. Used on one loop's thread only.
 */
final class FrameEncoder {
    private static final int TEXT_FINAL = 0x81;
    private static final int MAX_HEADER = 10;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private @Nullable Frames lastFrames;
    private @Nullable ByteBuf lastEncoded;

    /** The messages as frames, one after the other; the caller's to release. */
    ByteBuf encode(Frames frames) {
        ByteBuf known = lastEncoded;
        if (known != null && lastFrames == frames) {
            return known.retainedDuplicate();
        }
        ByteBuf encoded = allocator.directBuffer(
                frames.bytes() + MAX_HEADER * frames.messages().size());
        for (byte[] message : frames.messages()) {
            writeHeader(encoded, message.length);
            encoded.writeBytes(message);
        }
        if (known != null) {
            known.release();
        }
        lastFrames = frames;
        lastEncoded = encoded;
        return encoded.retainedDuplicate();
    }

    /** Forgets the last result. */
    void clear() {
        if (lastEncoded != null) {
            lastEncoded.release();
        }
        lastEncoded = null;
        lastFrames = null;
    }

    private static void writeHeader(ByteBuf out, int length) {
        out.writeByte(TEXT_FINAL);
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 1 << 16) {
            out.writeByte(126);
            out.writeShort(length);
        } else {
            out.writeByte(127);
            out.writeLong(length);
        }
    }
}
