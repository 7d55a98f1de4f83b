package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A client that speaks a dialect on a real socket, and knows no more of it than that messages are JSON objects with a type. */
public final class DialectClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;
    private volatile boolean paused;

    private DialectClient(WebSocket.Builder builder, TidingsServer server, String path) {
        socket = builder.connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), new Ear())
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Connects without a token. */
    public static DialectClient open(TidingsServer server, String path) {
        return new DialectClient(HTTP.newWebSocketBuilder(), server, path);
    }

    /** Connects with a token on the handshake. */
    public static DialectClient connect(TidingsServer server, String path, String token) {
        return new DialectClient(HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + token), server, path);
    }

    /** Connects with sub-protocols, and without a token but for what is in these. */
    public static DialectClient offer(TidingsServer server, String path, String first, String... others) {
        return new DialectClient(HTTP.newWebSocketBuilder().subprotocols(first, others), server, path);
    }

    /** Connects with a sub-protocol and a token on the handshake. */
    public static DialectClient offerWithToken(TidingsServer server, String path, String subprotocol, String token) {
        return new DialectClient(
                HTTP.newWebSocketBuilder().subprotocols(subprotocol).header("Authorization", "Bearer " + token),
                server,
                path);
    }

    /** The status by which a handshake with these headers is answered. */
    public static int handshake(TidingsServer server, String path, String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            new DialectClient(builder, server, path).close();
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof java.net.http.WebSocketHandshakeException refusal) {
                return refusal.getResponse().statusCode();
            }
            throw e;
        }
    }

    /** Sends, unless the server ends the connection meanwhile. */
    public DialectClient send(String text) {
        try {
            socket.sendText(text.replace('\'', '"'), true).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw e;
            }
        }
        return this;
    }

    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** The next message. */
    public JsonNode next() {
        return next(() -> "a message");
    }

    /** The next message; else it is said what was waited for. */
    public JsonNode next(Supplier<String> what) {
        try {
            JsonNode message = heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as(what).isNotNull();
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next message, which is of this type. */
    public JsonNode expect(String type) {
        JsonNode message = next();
        assertThat(message.path("type").asText()).as(message.toString()).isEqualTo(type);
        return message;
    }

    /** The next messages, which are all of this type. */
    public List<JsonNode> expect(String type, int count) {
        List<JsonNode> messages = new ArrayList<>();
        while (messages.size() < count) {
            messages.add(expect(type));
        }
        return messages;
    }

    /** What has been heard and not been asked for, without waiting. */
    public List<JsonNode> heard() {
        List<JsonNode> messages = new ArrayList<>();
        heard.drainTo(messages);
        return messages;
    }

    /** Stops reading: what comes fills the buffers on the way, then waits at the server. */
    public void pause() {
        paused = true;
    }

    /** Reads on. */
    public void resume() {
        paused = false;
        socket.request(1);
    }

    /** Waits until the server has ended the connection, and says with which code. */
    public int awaitClose() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(WsClient.parse(text.toString()));
                text.setLength(0);
            }
            if (!paused) {
                webSocket.request(1);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(-1);
        }
    }
}
