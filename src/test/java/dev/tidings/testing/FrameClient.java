package dev.tidings.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebsocketVersion;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that shows messages as they came, text or binary, and may offer compression. */
public final class FrameClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Buffer> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Short> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private FrameClient(WebSocketClientOptions options, WebSocketConnectOptions connect) {
        WebSocketClient client = vertx.createWebSocketClient(options);
        var opened = client.webSocket()
                .textMessageHandler(text -> messages.add(Buffer.buffer(text)))
                .binaryMessageHandler(messages::add);
        opened.closeHandler(nothing -> closed.complete(opened.closeStatusCode()));
        socket = opened.connect(connect)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Connects with a token. */
    public static FrameClient open(
            TidingsServer server, String query, String token, String subprotocol, WebSocketClientOptions options) {
        WebSocketConnectOptions connect = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI("/ws" + query)
                .setVersion(WebsocketVersion.V13)
                .setSubProtocols(List.of(subprotocol))
                .putHeader("Authorization", "Bearer " + token);
        return new FrameClient(options, connect);
    }

    public WebSocket socket() {
        return socket;
    }

    public byte[] next() {
        try {
            Buffer message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came");
            }
            return message.getBytes();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next message; empty when there is none any more, for the server has closed. */
    public byte[] nextOrClosed() {
        try {
            for (int i = 0; i < 100 * PATIENCE_SECONDS; i++) {
                Buffer message = messages.poll(10, TimeUnit.MILLISECONDS);
                if (message != null) {
                    return message.getBytes();
                }
                if (closed.isDone() && messages.isEmpty()) {
                    return new byte[0];
                }
            }
            throw new AssertionError("nothing came");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The code the server closed with. */
    public int awaitClose() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
