package dev.tidings.connection.ws;

import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into WebSocket frames (RFC 6455, section 5.2: text, final, not masked). Remembers the last result, for the
 * same messages usually go to many connections in a row. Used on one loop's thread only.
 */
final class FrameEncoder {
    private static final int TEXT_FINAL = 0x81;
    private static final int PING_FINAL = 0x89;
    private static final int MAX_HEADER = 10;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final ByteBuf ping = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer(2).writeByte(PING_FINAL).writeByte(0).asReadOnly());

    /** What the last result was made of: frames, or the messages of a batch; equal when the very same arrays. */
    private @Nullable Object lastSource;

    private @Nullable ByteBuf lastEncoded;

    /** A frame for each message, one after the other; the caller's to release. */
    ByteBuf encode(Frames frames) {
        ByteBuf known = find(frames);
        if (known != null) {
            return known;
        }
        ByteBuf encoded = allocator.directBuffer(
                frames.bytes() + MAX_HEADER * frames.messages().size());
        for (byte[] message : frames.messages()) {
            writeHeader(encoded, message.length);
            encoded.writeBytes(message);
        }
        return keep(frames, encoded);
    }

    /** All messages as an array in one frame, a single one as it is; the caller's to release. */
    ByteBuf encodeTogether(List<byte[]> messages) {
        if (messages.size() == 1) {
            return encode(Frames.of(messages.getFirst()));
        }
        ByteBuf known = find(messages);
        if (known != null) {
            return known;
        }
        // Brackets, and a comma between each two.
        int length = messages.size() + 1;
        for (byte[] message : messages) {
            length += message.length;
        }
        ByteBuf encoded = allocator.directBuffer(MAX_HEADER + length);
        writeHeader(encoded, length);
        char before = '[';
        for (byte[] message : messages) {
            encoded.writeByte(before).writeBytes(message);
            before = ',';
        }
        return keep(messages, encoded.writeByte(']'));
    }

    /** A ping without payload (RFC 6455, section 5.5.2); need not be released. */
    ByteBuf ping() {
        return ping.duplicate();
    }

    /** Forgets the last result. */
    void clear() {
        if (lastEncoded != null) {
            lastEncoded.release();
        }
        lastEncoded = null;
        lastSource = null;
    }

    private @Nullable ByteBuf find(Object source) {
        return lastEncoded != null && source.equals(lastSource) ? lastEncoded.retainedDuplicate() : null;
    }

    private ByteBuf keep(Object source, ByteBuf encoded) {
        clear();
        lastSource = source;
        lastEncoded = encoded;
        return encoded.retainedDuplicate();
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
