package dev.tidings.benchmark.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The least that a Java program has to do for a fan-out, to know what is left to gain: one thread and a selector, each message
 * framed once, and all that came in one turn sent with one write to each subscriber. No protocol beyond that, no tokens, order
 * or history, no bound, no time-out.
 */
public final class FloorServer {
    private static final int BACKLOG = 4_096;
    private static final byte[] ACCEPTED = ascii("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");

    /** The accept value is that of RFC 6455's example, whose key the generator sends. */
    private static final byte[] UPGRADED = ascii(String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "",
            ""));

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 17);
    private final Map<String, Channel> channels = new HashMap<>();
    private final Set<Channel> dirty = new LinkedHashSet<>();

    private FloorServer(int port) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Serves on the port given until it is ended. */
    public static void main(String[] arguments) throws IOException {
        FloorServer server = new FloorServer(Integer.parseInt(arguments[0]));
        while (server.listener.isOpen()) {
            server.turn();
        }
    }

    private void turn() throws IOException {
        selector.select(key -> {
            try {
                if (key.isAcceptable()) {
                    accept();
                } else {
                    serve(key, (Connection) key.attachment());
                }
            } catch (IOException e) {
                key.cancel();
            }
        });
        for (Channel channel : dirty) {
            ByteBuffer frames = direct(channel.frames.toByteArray());
            channel.frames.reset();
            channel.subscribers.removeIf(subscriber -> !subscriber.key.isValid());
            for (Connection subscriber : channel.subscribers) {
                subscriber.send(frames.duplicate());
            }
        }
        dirty.clear();
    }

    private void accept() throws IOException {
        for (SocketChannel socket = listener.accept(); socket != null; socket = listener.accept()) {
            socket.configureBlocking(false);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(socket, key));
        }
    }

    private void serve(SelectionKey key, Connection connection) throws IOException {
        if (key.isWritable()) {
            connection.flush();
        }
        if (key.isValid() && key.isReadable()) {
            in.clear();
            if (connection.socket.read(in) < 0) {
                connection.socket.close();
                return;
            }
            in.flip();
            // What subscribers send, pongs and closes, is of no interest.
            if (!connection.subscribed) {
                byte[] bytes = new byte[in.remaining()];
                in.get(bytes);
                connection.received += new String(bytes, StandardCharsets.ISO_8859_1);
                requests(connection);
            }
        }
    }

    private void requests(Connection connection) {
        String text = connection.received;
        int at = 0;
        for (int end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n", at)) {
            String head = text.substring(at, end);
            int length = length(head);
            if (text.length() < end + 4 + length) {
                break;
            }
            Channel channel = channels.computeIfAbsent(path(head), name -> new Channel());
            if (head.startsWith("POST ")) {
                frame(ascii(text.substring(end + 4, end + 4 + length)), channel.frames);
                dirty.add(channel);
                connection.send(ByteBuffer.wrap(ACCEPTED));
            } else {
                connection.subscribed = true;
                connection.send(ByteBuffer.wrap(UPGRADED));
                channel.subscribers.add(connection);
            }
            at = end + 4 + length;
        }
        connection.received = text.substring(at);
    }

    private static int length(String head) {
        int name = head.indexOf("Content-Length: ");
        if (name < 0) {
            return 0;
        }
        int from = name + "Content-Length: ".length();
        int to = head.indexOf('\r', from);
        return Integer.parseInt(head.substring(from, to < 0 ? head.length() : to));
    }

    private static String path(String head) {
        int from = head.indexOf(' ') + 1;
        return head.substring(from, head.indexOf(' ', from));
    }

    private static void frame(byte[] message, ByteArrayOutputStream out) {
        out.write(0x81);
        if (message.length < 126) {
            out.write(message.length);
        } else {
            out.write(126);
            out.write(message.length >>> 8);
            out.write(message.length);
        }
        out.writeBytes(message);
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Who gets a channel's messages, and those of this turn. */
    private static final class Channel {
        private final List<Connection> subscribers = new ArrayList<>();
        private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
    }

    /** One client, and what its socket has not taken yet. */
    private static final class Connection {
        private final SocketChannel socket;
        private final SelectionKey key;
        private final List<ByteBuffer> waiting = new ArrayList<>();
        private String received = "";
        private boolean subscribed;

        Connection(SocketChannel socket, SelectionKey key) {
            this.socket = socket;
            this.key = key;
        }

        void send(ByteBuffer bytes) {
            try {
                if (waiting.isEmpty()) {
                    socket.write(bytes);
                }
                if (bytes.hasRemaining()) {
                    waiting.add(bytes);
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                }
            } catch (IOException e) {
                key.cancel();
            }
        }

        void flush() throws IOException {
            socket.write(waiting.toArray(ByteBuffer[]::new));
            waiting.removeIf(bytes -> !bytes.hasRemaining());
            if (waiting.isEmpty()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }
}
