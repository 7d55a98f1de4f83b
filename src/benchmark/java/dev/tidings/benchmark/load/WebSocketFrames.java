package dev.tidings.benchmark.load;

import java.io.ByteArrayOutputStream;
import java.util.Map;

/** As much of RFC 6455 as a client of the loopback needs. */
final class WebSocketFrames {
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;

    /** Takes the frames of a connection. */
    interface Receiver {
        void frame(int opcode, byte[] in, int from, int to);
    }

    private WebSocketFrames() {}

    /** Gives all whole frames to the receiver and says where the rest begins. */
    static int read(byte[] in, int from, int to, Receiver receiver) {
        int at = from;
        while (to - at >= 2) {
            int length = in[at + 1] & 0x7F;
            int header = 2;
            if (length == 126) {
                header = 4;
                if (to - at < header) {
                    return at;
                }
                length = (in[at + 2] & 0xFF) << 8 | (in[at + 3] & 0xFF);
            } else if (length == 127) {
                header = 10;
                if (to - at < header) {
                    return at;
                }
                // Longer than an int is longer than the buffer, which its owner finds out.
                length = (in[at + 6] & 0x7F) << 24
                        | (in[at + 7] & 0xFF) << 16
                        | (in[at + 8] & 0xFF) << 8
                        | (in[at + 9] & 0xFF);
            }
            if (to - at - header < length) {
                return at;
            }
            receiver.frame(in[at] & 0xF, in, at + header, at + header + length);
            at += header + length;
        }
        return at;
    }

    /** A frame of a client. Its mask is all zeros, which costs nothing and is as good on the loopback. */
    static byte[] masked(int opcode, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
        out.write(FINAL | opcode);
        if (payload.length < 126) {
            out.write(MASKED | payload.length);
        } else if (payload.length < 1 << 16) {
            out.write(MASKED | 126);
            out.write(payload.length >>> 8);
            out.write(payload.length);
        } else {
            out.write(MASKED | 127);
            out.writeBytes(new byte[4]);
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(payload.length >>> shift);
            }
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** The request that asks for a WebSocket. */
    static byte[] handshake(String path, int port, Map<String, String> headers) {
        StringBuilder request = new StringBuilder("GET ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: 127.0.0.1:")
                .append(port)
                .append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
                // The key of RFC 6455's example: the answer to it is not checked.
                .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return Message.ascii(request.append("\r\n").toString());
    }
}
