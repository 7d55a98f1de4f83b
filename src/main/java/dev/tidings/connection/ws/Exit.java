package dev.tidings.connection.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;

/**
 * The way of ready-made frames to a connection's socket: past the handlers of its pipeline, which have nothing to do with them,
 * but through encryption, if there is any. Each object on the way is one that a delivery waits for, where thousands of connections
 * take turns. Used on the connection's loop only.
 */
abstract sealed class Exit {
    private static final String BEHIND_ENCRYPTION = "exit";

    /**
     * That of a connection. The pipeline's own watch over idle connections is taken out: it would make a promise for each
     * write, and connections are asked for signs of life anyhow.
     */
    static Exit of(ChannelPipeline pipeline) {
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class);
        }
        ChannelHandlerContext encryption = pipeline.context(SslHandler.class);
        if (encryption == null) {
            return new Plain(pipeline.channel().unsafe());
        }
        pipeline.addAfter(encryption.name(), BEHIND_ENCRYPTION, new ChannelHandlerAdapter() {});
        return new Encrypted(pipeline.context(BEHIND_ENCRYPTION));
    }

    /** Queues bytes, which are its own from here on. */
    abstract void write(ByteBuf bytes);

    /** Sends what is queued, as far as the socket takes it; the rest when it takes more. */
    abstract void flush();

    private static final class Plain extends Exit {
        private final Channel.Unsafe socket;

        Plain(Channel.Unsafe socket) {
            this.socket = socket;
        }

        @Override
        void write(ByteBuf bytes) {
            socket.write(bytes, socket.voidPromise());
        }

        @Override
        void flush() {
            socket.flush();
        }
    }

    private static final class Encrypted extends Exit {
        private final ChannelHandlerContext context;

        Encrypted(ChannelHandlerContext context) {
            this.context = context;
        }

        @Override
        void write(ByteBuf bytes) {
            var unused = context.write(bytes, context.voidPromise());
        }

        @Override
        void flush() {
            context.flush();
        }
    }
}
