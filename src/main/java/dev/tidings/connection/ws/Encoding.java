package dev.tidings.connection.ws;

import dev.tidings.protocol.MessagePack;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How messages look on a connection: as its sub-protocol says. */
public enum Encoding {
    /** Text frames. */
    JSON("tidings.v1.json", 0x1) {
        @Override
        byte[] encode(byte[] json) {
            return json;
        }

        @Override
        byte[] together(List<byte[]> messages) {
            // Brackets, and a comma between each two.
            int length = messages.size() + 1;
            for (byte[] message : messages) {
                length += message.length;
            }
            byte[] array = new byte[length];
            int at = 0;
            for (byte[] message : messages) {
                array[at] = (byte) (at == 0 ? '[' : ',');
                System.arraycopy(message, 0, array, at + 1, message.length);
                at += message.length + 1;
            }
            array[at] = ']';
            return array;
        }
    },
    /** Binary frames. */
    MESSAGE_PACK("tidings.v1.msgpack", 0x2) {
        @Override
        byte[] encode(byte[] json) {
            return MessagePack.pack(json);
        }

        @Override
        byte[] together(List<byte[]> messages) {
            List<byte[]> packed = new ArrayList<>(messages.size());
            for (byte[] message : messages) {
                packed.add(encode(message));
            }
            return MessagePack.array(packed);
        }
    };

    private final String subprotocol;
    private final int opcode;

    Encoding(String subprotocol, int opcode) {
        this.subprotocol = subprotocol;
        this.opcode = opcode;
    }

    /** That of a connection; JSON when no sub-protocol was agreed upon. */
    static Encoding of(@Nullable String subprotocol) {
        return MESSAGE_PACK.subprotocol.equals(subprotocol) ? MESSAGE_PACK : JSON;
    }

    /** Of the frames (RFC 6455, section 5.2). */
    int opcode() {
        return opcode;
    }

    /** A message that is written as JSON, in this encoding. */
    abstract byte[] encode(byte[] json);

    /** Several such messages as an array, in this encoding. */
    abstract byte[] together(List<byte[]> messages);
}
