package dev.tidings.socketio;

import dev.tidings.connection.ws.InboundGuard;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of a client. It may be on another loop than its connection, which began by polling: what comes is passed to the
 * connection's loop, and everything else is used there only. Netty takes what is written from any thread.
 */
final class EngineSocket implements InboundGuard.Outbound {
    /** How long it may take to send what was written and to close, before it is cut. */
    private static final long CLOSE_SECONDS = 5;

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext context;
    private final SocketIoLoop home;
    private final long limit;
    private final long messageLimit;

    /** Characters that came and were not dealt with yet: no more is read while they are many. */
    private final AtomicLong unread = new AtomicLong();

    /** Bytes above the limit that were accepted as one message while there was room. */
    private long grace;

    private boolean unflushed;
    private volatile boolean closed;

    /** Hears what comes, on the connection's loop. */
    interface Listener {
        void text(EngineSocket socket, String text);

        void binary(EngineSocket socket);

        void gone(EngineSocket socket);
    }

    /**
     * @param context of Vert.x in the socket's pipeline
     * @param limit how many bytes may wait to be sent
     * @param messageLimit how many bytes a message that comes may have
     */
    EngineSocket(
            ServerWebSocket webSocket,
            ChannelHandlerContext context,
            SocketIoLoop home,
            long limit,
            long messageLimit) {
        this.webSocket = webSocket;
        this.context = context;
        this.home = home;
        this.limit = limit;
        this.messageLimit = messageLimit;
        context.pipeline().addBefore(context.name(), null, new Utf8FrameValidator(false));
        context.pipeline().addBefore(context.name(), null, new InboundGuard(messageLimit, this));
    }

    /** Begins to listen; to be called on the socket's own loop, before anything can have come. */
    void listen(Listener listener) {
        webSocket.textMessageHandler(text -> pass(text.length(), () -> listener.text(this, text)));
        webSocket.binaryMessageHandler(bytes -> pass(bytes.length(), () -> listener.binary(this)));
        webSocket.exceptionHandler(broken -> {});
        webSocket.closeHandler(over -> {
            closed = true;
            home.run(() -> listener.gone(this));
        });
    }

    private void pass(int length, Runnable task) {
        if (home.executor().inEventLoop()) {
            task.run();
            return;
        }
        if (unread.addAndGet(length + 1L) > messageLimit) {
            context.channel().config().setAutoRead(false);
        }
        home.executor().execute(() -> {
            if (unread.addAndGet(-(length + 1L)) <= messageLimit / 2
                    && !context.channel().config().isAutoRead()) {
                context.channel().config().setAutoRead(true);
            }
            task.run();
        });
    }

    @Override
    public boolean hasRoom() {
        return !closed && waiting() < limit / 2;
    }

    /** The client cannot be listened to any longer. On the socket's own loop. */
    @Override
    public void refuse(int code, String why) {
        close(code, why);
    }

    Offer offer(Frames frames) {
        if (closed) {
            return Offer.CLOSED;
        }
        ByteBuf encoded = home.encoder().encode(frames);
        int bytes = encoded.readableBytes();
        long waiting = waiting();
        if (waiting + bytes > limit + grace) {
            // A message longer than the queue is sent all the same to a client that keeps up.
            if (waiting > limit / 2) {
                encoded.release();
                return Offer.FULL;
            }
            grace = waiting + bytes - limit;
        } else if (grace > 0 && waiting <= limit / 2) {
            grace = 0;
        }
        write(encoded);
        return Offer.ACCEPTED;
    }

    /** Sends something that is not bounded by what waits: small, and not often. */
    void tell(byte[] message) {
        if (!closed) {
            write(home.encoder().encode(Frames.of(message)));
        }
    }

    private void write(ByteBuf encoded) {
        if (!encoded.isReadable()) {
            encoded.release();
            return;
        }
        var unused = context.write(encoded, context.voidPromise());
        if (!unflushed) {
            unflushed = true;
            home.flushLater(this);
        }
    }

    void flush() {
        unflushed = false;
        context.flush();
    }

    /** How many bytes wait to be sent. */
    long waiting() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    void close(CloseCode code, @Nullable String reason) {
        close(code.code(), reason == null ? code.reason() : reason);
    }

    private void close(int code, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        context.flush();
        webSocket.close((short) code, reason);
        // From here, not from the end of the pipeline: there Vert.x would wait for a closing handshake.
        var unused = context.executor().schedule(this::cut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void cut() {
        var unused = context.close();
    }
}
