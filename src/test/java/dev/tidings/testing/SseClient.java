package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events by hand, over HTTP/1.1, and only when a test does. */
public final class SseClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final String head;
    private long leftOfChunk;
    private boolean ended;
    private String lastEventId = "";
    private long retryMs = -1;

    /** What was dispatched: the name of its kind, and its data. */
    public record Sse(String event, String id, JsonNode data) {
        public long offset() {
            return data.path("offset").asLong();
        }
    }

    /** Everything of a block, also of one that dispatches nothing. */
    public record Block(String event, @Nullable String id, String data, List<String> comments) {}

    private SseClient(TidingsServer server, int receiveBuffer, String path, String token, String... headers) {
        try {
            // Before it connects, for that is when the window is settled.
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(20_000);
            in = new BufferedInputStream(socket.getInputStream());
            String request = String.join(
                    "\r\n",
                    "GET " + path + " HTTP/1.1",
                    "Host: 127.0.0.1:" + server.port(),
                    "Accept: text/event-stream",
                    "Authorization: Bearer " + token,
                    String.join(
                            "",
                            Stream.of(headers).map(header -> header + "\r\n").toList()),
                    "");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().endsWith("\r\n\r\n")) {
                answer.append((char) in.read());
            }
            head = answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for a stream; it may be refused. */
    public static SseClient ask(TidingsServer server, String channelAndQuery, String token, String... headers) {
        return new SseClient(server, 0, path(channelAndQuery), token, headers);
    }

    private static String path(String channelAndQuery) {
        int query = channelAndQuery.indexOf('?');
        String channel = query < 0 ? channelAndQuery : channelAndQuery.substring(0, query);
        return "/api/v1/channels/" + channel + "/events" + (query < 0 ? "" : channelAndQuery.substring(query));
    }

    /** Opens a stream of which next to nothing fits into what lies between the server and the test, and waits until it holds. */
    public static SseClient narrow(TidingsServer server, String channel, String token) {
        SseClient client = new SseClient(server, 4096, path(channel), token);
        client.block();
        return client;
    }

    /** Opens a stream. */
    public static SseClient open(TidingsServer server, String channelAndQuery, String token, String... headers) {
        SseClient client = ask(server, channelAndQuery, token, headers);
        assertThat(client.head).startsWith("HTTP/1.1 200");
        return client;
    }

    /** Opens a stream, and waits until it holds. */
    public static SseClient live(TidingsServer server, String channelAndQuery, String token) {
        SseClient client = open(server, channelAndQuery, token);
        client.block();
        return client;
    }

    /** Status line and headers, in lower case. */
    public String head() {
        return head.toLowerCase(java.util.Locale.ROOT);
    }

    /** Where a browser would resume. */
    public String lastEventId() {
        return lastEventId;
    }

    /** How long a browser would wait before that. */
    public long retryMs() {
        return retryMs;
    }

    /** The next that is dispatched. */
    public Sse next() {
        Sse next = nextUnlessEnded();
        if (next == null) {
            throw new AssertionError("the stream has ended");
        }
        return next;
    }

    /** The next so many, all of them events of the channel. */
    public List<Sse> messages(int count) {
        List<Sse> messages = new ArrayList<>();
        while (messages.size() < count) {
            Sse next = next();
            assertThat(next.event()).as(next.toString()).isEqualTo("message");
            messages.add(next);
        }
        return messages;
    }

    /** The next that is dispatched; null when the stream ends instead. */
    public @Nullable Sse nextUnlessEnded() {
        while (true) {
            Block block = block();
            if (block == null) {
                return null;
            }
            if (!block.data().isEmpty()) {
                return new Sse(block.event(), lastEventId, WsClient.parse(block.data()));
            }
        }
    }

    /** The next block, whatever it is; null when the stream ends instead. */
    public @Nullable Block block() {
        String event = "message";
        String id = null;
        StringBuilder data = new StringBuilder();
        List<String> comments = new ArrayList<>();
        while (true) {
            String line = line();
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                return new Block(event, id, data.toString(), comments);
            }
            int colon = line.indexOf(": ");
            String value = line.substring(colon + 2);
            switch (line.substring(0, colon)) {
                case "" -> comments.add(value);
                case "id" -> {
                    id = value;
                    lastEventId = value;
                }
                case "event" -> event = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                case "retry" -> retryMs = Long.parseLong(value);
                default -> throw new AssertionError("no field of an event stream: " + line);
            }
        }
    }

    private @Nullable String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            int next;
            while ((next = read()) != '\n') {
                if (next < 0) {
                    return null;
                }
                line.write(next);
            }
        } catch (EOFException cut) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The next byte of the body; -1 at its end. */
    private int read() throws IOException {
        if (leftOfChunk == 0 && !ended) {
            leftOfChunk = Long.parseLong(chunkLine(), 16);
            ended = leftOfChunk == 0;
        }
        if (ended) {
            return -1;
        }
        int next = in.read();
        leftOfChunk--;
        if (next < 0) {
            throw new EOFException();
        }
        if (leftOfChunk == 0) {
            chunkLine();
        }
        return next;
    }

    private String chunkLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** Waits until the server has closed the connection, too. */
    public void awaitClose() throws IOException {
        while (in.read() >= 0) {
            // What is left of the body.
        }
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
