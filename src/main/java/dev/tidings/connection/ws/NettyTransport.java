package dev.tidings.connection.ws;

import dev.tidings.connection.Closing;
import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes ready-made frames to a connection's channel. The encoders of Vert.x between here and the socket accept only
 * WebSocket frame objects and let bytes pass, also where compression was negotiated: each of these frames says whether it
 * is compressed.
 */
final class NettyTransport implements Transport, InboundGuard.Outbound {
    /** How long a connection may take to send what was queued and its close frame, before it is cut. */
    private static final long CLOSE_SECONDS = 5;

    private final WebSocketConnection connection;
    private final ChannelHandlerContext context;

    private final Channel.Unsafe socket;
    private final Exit exit;

    private final LoopConnections loop;
    private final long limit;
    private final InboundGuard guard;
    private final FrameEncoder encoder;

    /** Null when the client wants each message in a frame of its own. */
    private final @Nullable Batch batch;

    /** Bytes above the limit that were accepted as one message while there was room. */
    private long grace;

    private Runnable beforeTooLarge = () -> {};
    private boolean unflushed;
    private boolean closed;

    /**
     * @param limit how many bytes may wait to be sent
     * @param messageLimit how many bytes a message that comes may have
     * @param form of the messages
     * @param compression null when messages are not compressed
     * @param batch where messages are held, if they are
     */
    NettyTransport(
            WebSocketConnection connection,
            ChannelHandlerContext context,
            LoopConnections loop,
            long limit,
            long messageLimit,
            Form form,
            @Nullable Compression compression,
            @Nullable Batch batch) {
        this.connection = connection;
        this.context = context;
        this.loop = loop;
        this.limit = limit;
        this.encoder = loop.encoder(form);
        this.batch = batch;
        this.guard = new InboundGuard(messageLimit, this);
        this.socket = context.channel().unsafe();
        this.exit = Exit.of(context.pipeline());
        // Behind the decoder, for what it refuses; before Vert.x, which would replace what is not UTF-8.
        if (compression != null) {
            MessageInflater inflater = new MessageInflater(messageLimit, compression.clientContext());
            context.pipeline().addBefore(context.name(), null, inflater);
        }
        context.pipeline().addBefore(context.name(), null, new Utf8FrameValidator(false));
        context.pipeline().addBefore(context.name(), null, guard);
    }

    /** Has something done, such as telling the client, before a message ends the connection because it is too large. */
    void beforeTooLarge(Runnable action) {
        beforeTooLarge = action;
    }

    /** Sends a close frame without waiting for the client's. */
    @Override
    public void refuse(int code, String why) {
        if (closed) {
            return;
        }
        if (code == CloseCode.MESSAGE_TOO_BIG.code()) {
            beforeTooLarge.run();
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
        return offer(frames, false);
    }

    @Override
    public Offer offerLast(Frames frames) {
        return offer(frames, true);
    }

    private Offer offer(Frames frames, boolean last) {
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
        if (batch == null) {
            ByteBuf bytes = encoder.encode(frames);
            if (last && bytes.isReadable()) {
                exit.write(bytes);
                exit.flush();
            } else {
                write(bytes);
            }
        } else {
            hold(frames, batch);
        }
        return Offer.ACCEPTED;
    }

    private void hold(Frames frames, Batch held) {
        for (byte[] message : frames.messages()) {
            if (held.isEmpty()) {
                loop.releaseLater(this, held.holdMs());
            }
            held.add(message);
            if (held.isFull()) {
                release();
            }
        }
    }

    /** Writes what was held back. */
    void release() {
        if (batch != null && !closed && !batch.isEmpty()) {
            write(encoder.encodeTogether(batch.take()));
        }
    }

    @Override
    public boolean hasRoom() {
        return !closed && waiting() < limit / 2;
    }

    @Override
    public void ping() {
        if (!closed) {
            write(encoder.ping());
        }
    }

    @Override
    public long queuedBytes() {
        return waiting();
    }

    @Override
    public long lastHeardNanos() {
        return guard.lastHeardNanos();
    }

    @Override
    public void close(Closing closing) {
        if (closed) {
            return;
        }
        release();
        closed = true;
        connection
                .close(new CloseReason(closing.status(), closing.reason()))
                .subscribe()
                .with(done -> {}, failure -> cut());
        var unused = loop.loop().schedule(this::cut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** The connection is gone. */
    void closed() {
        closed = true;
    }

    void flush() {
        unflushed = false;
        exit.flush();
    }

    private void write(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            bytes.release();
            return;
        }
        exit.write(bytes);
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
        ChannelOutboundBuffer buffer = socket.outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        return batch == null ? pending : pending + batch.bytes();
    }
}
