package dev.tidings.stream;

import dev.tidings.hub.Subscriber.Offer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The answer that a stream is written to: knows what waits to be sent, and takes no more than may. On the stream's loop only. */
final class Outlet {
    /** How long an answer that was ended may take to be sent, before it is cut off. */
    private static final long END_SECONDS = 5;

    /** The error code for a stream that is not wanted any more (RFC 9113, section 7). */
    private static final long CANCEL = 0x8;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ScheduledExecutorService loop;
    private final long limit;
    private long waiting;

    /** Bytes above the limit that were accepted as one while there was room. */
    private long grace;

    private long lastSentNanos = System.nanoTime();
    private boolean closed;

    /** @param limit how many bytes may wait */
    Outlet(HttpServerRequest request, ScheduledExecutorService loop, long limit) {
        this.request = request;
        this.response = request.response();
        this.loop = loop;
        this.limit = limit;
    }

    Offer offer(Buffer bytes) {
        if (closed) {
            return Offer.CLOSED;
        }
        long wanted = waiting + bytes.length();
        if (wanted > limit + grace) {
            // What is longer than the queue is sent all the same to a client that keeps up.
            if (waiting > limit / 2) {
                return Offer.FULL;
            }
            grace = wanted - limit;
        } else if (grace > 0 && waiting <= limit / 2) {
            grace = 0;
        }
        write(bytes);
        return Offer.ACCEPTED;
    }

    private void write(Buffer bytes) {
        if (waiting == 0) {
            lastSentNanos = System.nanoTime();
        }
        int length = bytes.length();
        waiting += length;
        response.write(bytes).onComplete(sent -> {
            waiting -= length;
            lastSentNanos = System.nanoTime();
        });
    }

    /** How many bytes wait to be sent. */
    long waiting() {
        return waiting;
    }

    /** True while a replay may go on. */
    boolean hasRoom() {
        return !closed && waiting < limit / 2;
    }

    /** For how long the client has taken nothing of what waits for it; 0 when nothing waits. */
    long stuckNanos(long nowNanos) {
        return waiting == 0 ? 0 : nowNanos - lastSentNanos;
    }

    /**
     * Sends what was accepted and this, and ends the answer.
     *
     * @param leave true when the client had better not use this connection any more
     */
    void end(Buffer last, boolean leave) {
        if (closed) {
            return;
        }
        closed = true;
        HttpConnection connection = request.connection();
        response.end(last).onComplete(sent -> {
            if (request.version() != HttpVersion.HTTP_2) {
                connection.close();
            } else if (leave) {
                connection.shutdown();
            }
        });
        var unused = loop.schedule(
                () -> {
                    if (!response.closed()) {
                        cut();
                    }
                },
                END_SECONDS,
                TimeUnit.SECONDS);
    }

    /** The client has gone. */
    void closed() {
        closed = true;
    }

    private void cut() {
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset(CANCEL);
        } else if (request.connection() instanceof ConnectionBase connection) {
            // Not by Vert.x, which would first send what a client that reads nothing does not take.
            var unused = connection.channelHandlerContext().close();
        }
    }
}
