package dev.tidings.connection.ws;

import dev.tidings.connection.ConnectionConfig;
import dev.tidings.limits.LimitsConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;

/** Sets what only the server's own options can: how large a frame may be, and whether it may be compressed. */
@ApplicationScoped
@Priority(WebSocketServerOptions.LAST)
public class WebSocketServerOptions implements HttpServerOptionsCustomizer {
    /** After WebSockets Next has set its own. */
    static final int LAST = -1;

    private final int messageBytes;
    private final boolean compression;

    WebSocketServerOptions(LimitsConfig limits, ConnectionConfig connections) {
        this.compression = connections.compression();
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
                // For the decoder, which takes frames with reserved bits then. The rest is done here, for all alike.
                .setPerMessageWebSocketCompressionSupported(compression);
    }
}
