package dev.tidings.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebsocketVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Very many readers of one channel, whose events have payloads {@code {"i":0}}, {@code {"i":1}} … All are on one thread and look
 * for the numbers only, so that the service is what is tried.
 */
public final class Crowd implements AutoCloseable {
    private static final String NUMBER = "\"i\":";
    private static final int AT_ONCE = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final WebSocketClient client;
    private final int last;
    private final CountDownLatch ready;
    private final CountDownLatch done;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    private Crowd(int readers, int last) {
        this.last = last;
        this.ready = new CountDownLatch(readers);
        this.done = new CountDownLatch(readers);
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(readers)
                .setMaxFrameSize(4 << 20)
                .setMaxMessageSize(4 << 20));
    }

    /**
     * Connects them and waits until all are subscribed.
     *
     * @param tokens by the number of the reader, from 0
     * @param last the last number there will be
     */
    public static Crowd subscribe(
            TidingsServer server, String query, String channel, int readers, IntFunction<String> tokens, int last) {
        Crowd crowd = new Crowd(readers, last);
        for (int from = 0; from < readers; from += AT_ONCE) {
            List<Future<?>> opened = new ArrayList<>();
            for (int i = from; i < Math.min(readers, from + AT_ONCE); i++) {
                opened.add(crowd.open(server, query, channel, tokens.apply(i)));
            }
            var unused = Future.all(opened)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        crowd.await(crowd.ready, "subscribed");
        return crowd;
    }

    private Future<?> open(TidingsServer server, String query, String channel, String token) {
        Reader reader = new Reader();
        var socket = client.webSocket();
        socket.textMessageHandler(reader::hear);
        socket.closeHandler(gone -> reader.fault("closed with " + socket.closeStatusCode()));
        return socket.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.port())
                        .setURI("/ws?" + query)
                        .setVersion(WebsocketVersion.V13)
                        .setSubProtocols(List.of("tidings.v1.json"))
                        .putHeader("Authorization", "Bearer " + token))
                .compose(open ->
                        open.writeTextMessage("{\"type\":\"subscribe\",\"id\":\"s\",\"channel\":\"" + channel + "\"}"));
    }

    /** Waits until each has heard everything in order; else says what some of them heard instead. */
    public void awaitAll() {
        await(done, "everything");
    }

    private void await(CountDownLatch latch, String what) {
        try {
            boolean all = latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!all || !faults.isEmpty()) {
                throw new AssertionError(latch.getCount() + " of the crowd are without " + what + "; "
                        + faults.stream().limit(5).toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        CompletableFuture<Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
        closed.join();
    }

    /** One of them; on the client's thread only. */
    private final class Reader {
        private boolean subscribed;
        private int next;

        void hear(String frame) {
            if (!subscribed && frame.contains("\"subscribed\"")) {
                subscribed = true;
                ready.countDown();
            }
            if (frame.contains("\"type\":\"gap\"") || frame.contains("\"type\":\"error\"")) {
                fault(frame);
            }
            for (int at = frame.indexOf(NUMBER); at >= 0; at = frame.indexOf(NUMBER, at)) {
                at += NUMBER.length();
                int number = 0;
                for (; at < frame.length() && Character.isDigit(frame.charAt(at)); at++) {
                    number = 10 * number + Character.digit(frame.charAt(at), 10);
                }
                if (number != next) {
                    fault("heard " + number + " instead of " + next);
                }
                next = number + 1;
                if (number == last) {
                    done.countDown();
                }
            }
        }

        void fault(String what) {
            if (next <= last && faults.size() < 100) {
                faults.add(what);
            }
        }
    }
}
