package dev.tidings.connection.ws;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerRequest;

/**
 * Empties the headers of a handshake when its answer goes out, which was made of them. The framework would copy them, the
 * token above all, and keep both for as long as the connection is there. A refusal keeps its headers: the answer is written
 * from them.
 */
final class RequestForgotten extends ChannelOutboundHandlerAdapter {
    private final HttpServerRequest request;

    RequestForgotten(HttpServerRequest request) {
        this.request = request;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse answer) {
            if (answer.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                request.headers().clear();
                request.response().headers().clear();
            }
            context.pipeline().remove(this);
        }
        super.write(context, message, promise);
    }
}
