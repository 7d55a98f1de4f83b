package dev.tidings.connection.ws;

import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Writes ready-made frames to a connection's channel. The encoders of Vert.x between here and the socket accept only
 * WebSocket frame objects and let bytes pass, also where compression was negotiated: these frames say that they are not
 * compressed.
 */
final class NettyTransport extends ChannelInboundHandlerAdapter implements Transport {
    /** Final, ping, no payload (RFC 6455, section 5.5.2). */
    private static final ByteBuf PING = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(2).writeByte(0x89).writeByte(0))
            .asReadOnly();

    /** How long a connection may take to send what was queued and its close frame, before it is cut. */
    private static final long CLOSE_SECONDS = 5;

    private final WebSocketConnection connection;
    private final ChannelHandlerContext context;
    private final LoopConnections loop;
    private final long limit;
    private final long messageLimit;

    /** Bytes of the message under way. */
    private long incoming;

    /** Bytes above the limit that were accepted as one message while there was room. */
    private long grace;

    private long lastHeardNanos = System.nanoTime();
    private boolean unflushed;
    private boolean closed;

    /**
     * @param limit how many bytes may wait to be sent
     * @param messageLimit how many bytes a message that comes may have
     */
    NettyTransport(
            WebSocketConnection connection,
            ChannelHandlerContext context,
            LoopConnections loop,
            long limit,
            long messageLimit) {
        this.connection = connection;
        this.context = context;
        this.loop = loop;
        this.limit = limit;
        this.messageLimit = messageLimit;
        // Behind the decoder, for what it refuses; before Vert.x, which would end the connection without a word.
        context.pipeline().addBefore(context.name(), null, this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastHeardNanos = System.nanoTime();
        context.fireChannelReadComplete();
    }

    /** Adds up the fragments of a message, which Vert.x would let fall without a word when they get too many. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame && isData(frame)) {
            incoming += frame.content().readableBytes();
            if (closed || incoming > messageLimit) {
                frame.release();
                refuse(WebSocketCloseStatus.MESSAGE_TOO_BIG.code(), CloseCode.MESSAGE_TOO_BIG.reason());
                return;
            }
            if (frame.isFinalFragment()) {
                incoming = 0;
            }
        }
        super.channelRead(context, message);
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }

    /** Frames that break RFC 6455 or are too large end the connection with the status that says so. */
    @Override
    @SuppressWarnings("deprecation") // ChannelInboundHandler's own is not; the adapter inherits both.
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) throws Exception {
        if (failure instanceof CorruptedWebSocketFrameException refused) {
            refuse(refused.closeStatus().code(), String.valueOf(refused.getMessage()));
        } else {
            super.exceptionCaught(context, failure);
        }
    }

    /** Sends a close frame and lets nothing more in. */
    private void refuse(int code, String why) {
        if (closed) {
            return;
        }
        closed = true;
        byte[] reason = why.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(reason.length, 120);
        ByteBuf frame = context.alloc().directBuffer(4 + length);
        frame.writeByte(0x88).writeByte(2 + length).writeShort(code);
        frame.writeBytes(reason, 0, length);
        var unused = context.writeAndFlush(frame).addListener(sent -> endAfterRefusal());
    }

    @Override
    public Offer offer(Frames frames) {
        if (closed) {
            return Offer.CLOSED;
        }
        long waiting = waiting();
        if (waiting + frames.bytes() > limit + grace) {
            // A message longer than the queue is sent all the same to a client that keeps up.
            if (waiting > limit / 2) {
                return Offer.FULL;
            }
            grace = waiting + frames.bytes() - limit;
        } else if (grace > 0 && waiting <= limit / 2) {
            grace = 0;
        }
        write(loop.encoder().encode(frames));
        return Offer.ACCEPTED;
    }

    @Override
    public boolean hasRoom() {
        return !closed && waiting() < limit / 2;
    }

    @Override
    public void ping() {
        if (!closed) {
            write(PING.duplicate());
        }
    }

    @Override
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        connection.close(new CloseReason(code.code(), reason)).subscribe().with(done -> {}, failure -> cut());
        var unused = loop.loop().schedule(this::cut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** The connection is gone. */
    void closed() {
        closed = true;
    }

    void flush() {
        unflushed = false;
        context.flush();
    }

    private void write(ByteBuf bytes) {
        var unused = context.write(bytes, context.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }

    /**
     * Ends our half only: to close at once, with bytes of the client's still unread, would reset the connection and take
     * the close frame with it.
     */
    private void endAfterRefusal() {
        if (context.channel() instanceof DuplexChannel duplex) {
            var unused = duplex.shutdownOutput();
        }
        var unused = loop.loop().schedule(this::cut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void cut() {
        // From here, not from the end of the pipeline: there Vert.x would wait for a closing handshake.
        var unused = context.close();
    }

    private long waiting() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
