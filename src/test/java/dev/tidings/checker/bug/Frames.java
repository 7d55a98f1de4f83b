package dev.tidings.checker.bug;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames of WebSockets, uncompressed and whole, as both sides send them here. */
final class Frames {
    static final int TEXT = 1;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;

    private Frames() {}

    /** A frame's first byte, and its payload without the mask. */
    static final class Frame {
        private final int head;
        private final byte[] payload;

        Frame(int head, byte[] payload) {
            this.head = head;
            this.payload = payload;
        }

        boolean isText() {
            return (head & OPCODE) == TEXT;
        }

        byte[] payload() {
            return payload;
        }

        Frame with(byte[] other) {
            return new Frame(head, other);
        }
    }

    /** Null at the end of the stream. */
    static @Nullable Frame read(DataInputStream in) throws IOException {
        try {
            int head = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            int length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] mask = new byte[4];
            if ((second & MASKED) != 0) {
                in.readFully(mask);
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new Frame(head, payload);
        } catch (EOFException end) {
            return null;
        }
    }

    /** Writes one as servers do. */
    static void write(OutputStream out, Frame frame) throws IOException {
        int length = frame.payload().length;
        ByteBuffer bytes = ByteBuffer.allocate(14 + length);
        bytes.put((byte) frame.head);
        if (length < 126) {
            bytes.put((byte) length);
        } else if (length < 1 << 16) {
            bytes.put((byte) 126).putShort((short) length);
        } else {
            bytes.put((byte) 127).putLong(length);
        }
        bytes.put(frame.payload());
        out.write(bytes.array(), 0, bytes.position());
    }
}
