package dev.tidings.connection.ws;

import dev.tidings.connection.Closing;
import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.Frames;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/** Sends by WebSockets Next: for connections whose channel cannot be had, or is not to be used. */
final class PlainTransport implements Transport {
    private final WebSocketConnection connection;
    private final Executor loop;
    private final long limit;
    private final Form form;
    private long waiting;
    private long lastHeardNanos = System.nanoTime();
    private boolean closed;

    /** @param limit how many bytes may wait */
    PlainTransport(WebSocketConnection connection, Executor loop, long limit, Form form) {
        this.connection = connection;
        this.loop = loop;
        this.limit = limit;
        this.form = form;
    }

    @Override
    public Offer offer(Frames frames) {
        if (closed) {
            return Offer.CLOSED;
        }
        if (waiting > limit / 2 && waiting + frames.bytes() > limit) {
            return Offer.FULL;
        }
        for (byte[] message : form.events().messages(frames)) {
            send(message);
        }
        return Offer.ACCEPTED;
    }

    private void send(byte[] message) {
        waiting += message.length;
        Uni<Void> sending = form.encoding() == Encoding.JSON
                ? connection.sendText(new String(message, StandardCharsets.UTF_8))
                : connection.sendBinary(form.encoding().encode(message));
        sending.onTermination()
                .invoke(() -> loop.execute(() -> waiting -= message.length))
                .subscribe()
                .with(sent -> {}, failure -> closed = true);
    }

    @Override
    public boolean hasRoom() {
        return !closed && waiting < limit / 2;
    }

    @Override
    public void ping() {
        connection.sendPing(Buffer.buffer()).subscribe().with(sent -> {}, failure -> closed = true);
    }

    /** Something came from the client. */
    void heard() {
        lastHeardNanos = System.nanoTime();
    }

    @Override
    public long queuedBytes() {
        return waiting;
    }

    @Override
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public void close(Closing closing) {
        if (!closed) {
            closed = true;
            connection
                    .close(new CloseReason(closing.status(), closing.reason()))
                    .subscribe()
                    .with(done -> {}, failure -> {});
        }
    }
}
