package dev.tidings.connection.ws;

import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;

/**
 * Marks the place in a pipeline from which ready-made frames go to the socket, past handlers that have nothing to do with them:
 * behind encryption, if there is any, and before everything else. Handles nothing itself.
 */
final class Exit extends ChannelHandlerAdapter {
    private static final String NAME = "exit";

    private Exit() {}

    /**
     * Makes one. The pipeline's own watch over idle connections is taken out: it would make a promise for each write, and
     * connections are asked for signs of life anyhow.
     */
    static ChannelHandlerContext of(ChannelPipeline pipeline) {
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class);
        }
        ChannelHandlerContext encryption = pipeline.context(SslHandler.class);
        if (encryption == null) {
            pipeline.addFirst(NAME, new Exit());
        } else {
            pipeline.addAfter(encryption.name(), NAME, new Exit());
        }
        return pipeline.context(NAME);
    }
}
