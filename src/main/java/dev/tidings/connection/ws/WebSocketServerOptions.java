package dev.tidings.connection.ws;

import dev.tidings.limits.LimitsConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/** Sets what only the server's own options can: how large a frame may be, and that frames are not compressed. */
@ApplicationScoped
public class WebSocketServerOptions implements HttpServerOptionsCustomizer {
    private final int messageBytes;

    WebSocketServerOptions(LimitsConfig limits) {
        this.messageBytes = Math.toIntExact(limits.messageSize().asLongValue());
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        apply(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        apply(options);
    }

    private void apply(HttpServerOptions options) {
        options.setMaxWebSocketFrameSize(messageBytes)
                .setMaxWebSocketMessageSize(messageBytes)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }
}
