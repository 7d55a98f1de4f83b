package dev.tidings.connection.ws;

import dev.tidings.protocol.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Sees what a client sends before Vert.x does: when it was last heard, and messages that are too large or break RFC 6455, for
 * which Vert.x would end the connection without a word.
 */
public final class InboundGuard extends ChannelInboundHandlerAdapter {
    /** Of a message. Empty ones add nothing to its bytes, and a message that never ends is none that counts for the rate. */
    private static final int MAX_FRAGMENTS = 16_384;

    private final long messageLimit;
    private final Outbound outbound;

    /** Bytes of the message under way. */
    private long incoming;

    private int fragments;

    private long lastHeardNanos = System.nanoTime();
    private boolean refused;

    /** The other direction of the connection. */
    public interface Outbound {
        /** True while there is room for answers that the client did not have to ask for one by one. */
        boolean hasRoom();

        /** Ends a connection whose client cannot be listened to any longer. */
        void refuse(int code, String why);
    }

    /** @param messageLimit how many bytes a message may have */
    public InboundGuard(long messageLimit, Outbound outbound) {
        this.messageLimit = messageLimit;
        this.outbound = outbound;
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastHeardNanos = System.nanoTime();
        context.fireChannelReadComplete();
    }

    /** Adds up the fragments of a message. After a refusal nothing is let in any more. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame reserved && reserved.rsv() != 0) {
            // The decoder lets extensions pass; of what was agreed upon nothing is left here (RFC 6455, section 5.2).
            reserved.release();
            refuse(WebSocketCloseStatus.PROTOCOL_ERROR.code(), "reserved bits are set");
            return;
        }
        if (message instanceof WebSocketFrame frame && isData(frame)) {
            incoming += frame.content().readableBytes();
            fragments++;
            if (refused || incoming > messageLimit || fragments > MAX_FRAGMENTS) {
                frame.release();
                refuse(WebSocketCloseStatus.MESSAGE_TOO_BIG.code(), CloseCode.MESSAGE_TOO_BIG.reason());
                return;
            }
            if (frame.isFinalFragment()) {
                incoming = 0;
                fragments = 0;
            }
        }
        if (message instanceof PingWebSocketFrame ping && !outbound.hasRoom()) {
            // Vert.x answers each. Of a client that does not read, the newest may do (RFC 6455, section 5.5.3).
            ping.release();
            return;
        }
        super.channelRead(context, message);
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }

    @Override
    @SuppressWarnings("deprecation") // ChannelInboundHandler's own is not; the adapter inherits both.
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) throws Exception {
        if (failure instanceof CorruptedWebSocketFrameException broken) {
            refuse(broken.closeStatus().code(), String.valueOf(broken.getMessage()));
        } else {
            super.exceptionCaught(context, failure);
        }
    }

    private void refuse(int code, String why) {
        if (!refused) {
            refused = true;
            outbound.refuse(code, why);
        }
    }
}
