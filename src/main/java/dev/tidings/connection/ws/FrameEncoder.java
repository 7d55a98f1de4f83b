package dev.tidings.connection.ws;

import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into WebSocket frames of one form (RFC 6455, section 5.2: final, not masked). Remembers the last result, for
 * the same messages usually go to many connections in a row. Used on one loop's thread only.
 */
public final class FrameEncoder {
    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int PING_FINAL = 0x89;
    private static final int MAX_HEADER = 10;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final ByteBuf ping = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer(2).writeByte(PING_FINAL).writeByte(0).asReadOnly());

    private final EventForm events;
    private final Encoding encoding;

    /** Null when the connections of this form have no compression. */
    private final @Nullable MessageDeflater deflater;

    /** What the last result was made of: frames, or the messages of a batch; equal when the very same arrays. */
    private @Nullable Object lastSource;

    private @Nullable ByteBuf lastEncoded;

    public FrameEncoder(Form form) {
        this.events = form.events();
        this.encoding = form.encoding();
        this.deflater = form.compressed() ? new MessageDeflater() : null;
    }

    /** A frame for each message, one after the other; perhaps none. The caller's to release. */
    public ByteBuf encode(Frames frames) {
        ByteBuf known = find(frames);
        if (known != null) {
            return known;
        }
        List<byte[]> messages = events.messages(frames);
        ByteBuf encoded = allocator.directBuffer(frames.bytes() + MAX_HEADER * messages.size());
        for (byte[] message : messages) {
            write(encoding.encode(message), encoded);
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
        byte[] together = encoding.together(messages);
        ByteBuf encoded = allocator.directBuffer(MAX_HEADER + together.length);
        write(together, encoded);
        return keep(messages, encoded);
    }

    /** A ping without payload (RFC 6455, section 5.5.2); need not be released. */
    ByteBuf ping() {
        return ping.duplicate();
    }

    /** Forgets the last result. */
    public void clear() {
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

    private void write(byte[] message, ByteBuf out) {
        byte[] sent = deflater == null ? message : deflater.deflate(message);
        boolean compressed = sent.length != message.length;
        out.writeByte(FINAL | (compressed ? COMPRESSED : 0) | encoding.opcode());
        if (sent.length < 126) {
            out.writeByte(sent.length);
        } else if (sent.length < 1 << 16) {
            out.writeByte(126);
            out.writeShort(sent.length);
        } else {
            out.writeByte(127);
            out.writeLong(sent.length);
        }
        out.writeBytes(sent);
    }
}
