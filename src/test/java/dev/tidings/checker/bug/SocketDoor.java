package dev.tidings.checker.bug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.checker.bug.Frames.Frame;
import dev.tidings.checker.history.Payloads;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where WebSockets reach a service through a bug: what the service says to them is said by the bug instead. */
final class SocketDoor implements AutoCloseable {
    private final ServerSocket door;
    private final int to;
    private final Bug bug;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    SocketDoor(int to, Bug bug) {
        this.to = to;
        this.bug = bug;
        try {
            door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = door.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> join(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket client) {
        try (client;
                Socket server = new Socket()) {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to), 5000);
            open.add(server);
            String asked = head(client);
            server.getOutputStream().write(asked.getBytes(StandardCharsets.ISO_8859_1));
            Thread.ofVirtual().start(() -> up(client, server));
            client.getOutputStream().write(head(server).getBytes(StandardCharsets.ISO_8859_1));
            down(server, client, new Bug.Listener(tenant(asked)));
        } catch (IOException ended) {
            // Both sides hear of it by the end of their connections.
        }
    }

    /** The lines up to an empty one; byte by byte, since frames may follow at once. */
    private static String head(Socket from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = from.getInputStream().read();
            if (next < 0) {
                throw new IOException("no handshake");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void up(Socket client, Socket server) {
        try (server) {
            client.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException ended) {
            // The other direction ends then, too.
        }
    }

    private void down(Socket server, Socket client, Bug.Listener listener) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        OutputStream out = client.getOutputStream();
        for (Frame frame = Frames.read(in); frame != null; frame = Frames.read(in)) {
            if (!frame.isText()) {
                Frames.write(out, frame);
                continue;
            }
            ObjectNode message = (ObjectNode) Payloads.parse(new String(frame.payload(), StandardCharsets.UTF_8));
            for (JsonNode said : bug.say(message, listener)) {
                Frames.write(out, frame.with(said.toString().getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static String tenant(String head) {
        String token = head.lines()
                .filter(line -> line.startsWith("Authorization: Bearer "))
                .findFirst()
                .orElseThrow();
        return Payloads.parse(
                        new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8))
                .path("tenant")
                .asText();
    }

    @Override
    public void close() {
        open.forEach(SocketDoor::close);
        close(door);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
