package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A WebSocket client by hand: it reads only when a test does, and sends what no library would. */
public final class RawClient implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int PING = 9;
    private static final int CLOSE = 8;
    private static final int COMPRESSED = 0x40;

    private final Socket socket = new Socket();
    private final StringBuilder response = new StringBuilder();

    /** A frame as it came. */
    public static final class Frame {
        private final int head;
        private final byte[] payload;

        Frame(int head, byte[] payload) {
            this.head = head;
            this.payload = payload;
        }

        /** Its first byte: final, reserved bits, opcode. */
        public int head() {
            return head;
        }

        /** How many bytes were sent. */
        public int length() {
            return payload.length;
        }

        /** All that was sent. */
        public byte[] payload() {
            return payload.clone();
        }

        /** The text in it, by itself: uncompressed if it says that it is compressed. */
        public String text() {
            return new String((head & COMPRESSED) == 0 ? payload : inflated(), StandardCharsets.UTF_8);
        }

        private byte[] inflated() {
            Inflater inflater = new Inflater(true);
            try {
                byte[] whole = Arrays.copyOf(payload, payload.length + 4);
                whole[whole.length - 2] = (byte) 0xff;
                whole[whole.length - 1] = (byte) 0xff;
                inflater.setInput(whole);
                byte[] out = new byte[100_000];
                return Arrays.copyOf(out, inflater.inflate(out));
            } catch (DataFormatException e) {
                throw new AssertionError(e);
            } finally {
                inflater.end();
            }
        }
    }

    /** Connects, with a token unless it is empty, and more headers. */
    public RawClient(TidingsServer server, String token, String... headers) {
        try {
            // Before it connects, for that is when the window is settled.
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(10_000);
            handshake(server, token, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handshake(TidingsServer server, String token, String... headers) throws IOException {
        String request = String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1:" + server.port(),
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: tidings.v1.json",
                token.isEmpty() ? "X-No: token" : "Authorization: Bearer " + token,
                String.join(
                        "", Stream.of(headers).map(header -> header + "\r\n").toList()),
                "");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        while (!response.toString().endsWith("\r\n\r\n")) {
            response.append((char) in.read());
        }
        assertThat(response.toString()).startsWith("HTTP/1.1 101");
    }

    public void sendText(String text) {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends one final frame of at most 64 KiB. */
    public void send(int opcode, byte[] payload) {
        try {
            socket.getOutputStream().write(frame(opcode, payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A frame whose mask of zeros leaves the payload as it is. */
    public static byte[] frame(int opcode, byte[] payload) {
        int header = payload.length < 126 ? 6 : 8;
        byte[] frame = new byte[header + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        if (header == 6) {
            frame[1] = (byte) (0x80 | payload.length);
        } else {
            frame[1] = (byte) 0xfe;
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        System.arraycopy(payload, 0, frame, header, payload.length);
        return frame;
    }

    /** Sends bytes as they are. */
    public void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** What the handshake was answered. */
    public String response() {
        return response.toString();
    }

    /** The next frame. */
    public Frame next() {
        try {
            InputStream in = socket.getInputStream();
            int head = in.read();
            if (head < 0) {
                throw new AssertionError("the connection ended without a word");
            }
            int length = in.read() & 0x7f;
            if (length == 126) {
                length = in.read() << 8 | in.read();
            } else if (length == 127) {
                in.readNBytes(4);
                length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
            }
            return new Frame(head, in.readNBytes(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads frames up to the close frame, and says what it says. */
    public int closeCode() {
        while (true) {
            Frame frame = next();
            if ((frame.head & 0x0f) == CLOSE) {
                return (frame.payload[0] & 0xff) << 8 | (frame.payload[1] & 0xff);
            }
        }
    }

    /** Reads until nothing has come for half a second, and says how many bytes that was. */
    public long drain() throws IOException {
        socket.setSoTimeout(500);
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        try {
            int read;
            while ((read = socket.getInputStream().read(buffer)) > 0) {
                bytes += read;
            }
        } catch (SocketTimeoutException nothingMore) {
            socket.setSoTimeout(10_000);
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
