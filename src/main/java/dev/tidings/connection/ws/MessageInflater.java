package dev.tidings.connection.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Takes the compression off what a client sends (RFC 7692), as far as a message may grow: a kilobyte may be a megabyte. */
final class MessageInflater extends ChannelInboundHandlerAdapter {
    private static final int RSV1 = 0x4;
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final long messageLimit;
    private final boolean keepsContext;

    /** There while a compressed message is under way; from the first one on if messages refer to earlier ones. */
    private @Nullable Inflater inflater;

    /** Whether the message under way is compressed. */
    private boolean compressed;

    /** Bytes of the message under way, as they came out. */
    private long inflated;

    /**
     * @param messageLimit how many bytes a message may have when it is not compressed any more
     * @param keepsContext whether messages may refer to earlier ones
     */
    MessageInflater(long messageLimit, boolean keepsContext) {
        this.keepsContext = keepsContext;
        this.messageLimit = messageLimit;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof TextWebSocketFrame || message instanceof BinaryWebSocketFrame) {
            compressed = (((WebSocketFrame) message).rsv() & RSV1) != 0;
            inflated = 0;
        }
        boolean data = message instanceof TextWebSocketFrame
                || message instanceof BinaryWebSocketFrame
                || message instanceof ContinuationWebSocketFrame;
        if (!data || !compressed) {
            super.channelRead(context, message);
            return;
        }
        WebSocketFrame frame = (WebSocketFrame) message;
        ByteBuf content = context.alloc().buffer(Math.max(256, frame.content().readableBytes() * 2));
        try {
            inflate(frame, content);
        } catch (DataFormatException e) {
            content.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the message is not compressed as it says", e);
        } catch (CorruptedWebSocketFrameException tooBig) {
            content.release();
            throw tooBig;
        } finally {
            ReferenceCountUtil.release(message);
        }
        int rsv = frame.rsv() & ~RSV1;
        super.channelRead(
                context,
                switch (frame) {
                    case TextWebSocketFrame text -> new TextWebSocketFrame(frame.isFinalFragment(), rsv, content);
                    case BinaryWebSocketFrame binary -> new BinaryWebSocketFrame(frame.isFinalFragment(), rsv, content);
                    default -> new ContinuationWebSocketFrame(frame.isFinalFragment(), rsv, content);
                });
    }

    private void inflate(WebSocketFrame frame, ByteBuf out) throws DataFormatException {
        byte[] bytes = new byte[frame.content().readableBytes()];
        frame.content().readBytes(bytes);
        inflate(bytes, out);
        if (frame.isFinalFragment()) {
            inflate(TAIL, out);
            if (!keepsContext) {
                end();
            }
        }
    }

    private void inflate(byte[] bytes, ByteBuf out) throws DataFormatException {
        Inflater open = inflater;
        if (open == null) {
            open = new Inflater(true);
            inflater = open;
        }
        open.setInput(bytes);
        byte[] chunk = new byte[8192];
        while (true) {
            int count = open.inflate(chunk);
            if (count == 0) {
                if (open.finished() && open.getRemaining() > 0) {
                    // A final block may come before the end of a message (RFC 7692, section 7.2.3.5).
                    int left = open.getRemaining();
                    open.reset();
                    open.setInput(bytes, bytes.length - left, left);
                    continue;
                }
                break;
            }
            inflated += count;
            if (inflated > messageLimit) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.MESSAGE_TOO_BIG, "the message is too large when it is not compressed");
            }
            out.writeBytes(chunk, 0, count);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
