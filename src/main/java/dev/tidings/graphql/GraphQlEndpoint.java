package dev.tidings.graphql;

import dev.tidings.auth.AnonymousAccess;
import dev.tidings.auth.Caller;
import dev.tidings.connection.ws.Reception;
import dev.tidings.limits.LimitsConfig;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;

/** Where clients of GraphQL come in: with a token on their handshake or in their first message, or with none. */
@WebSocket(path = "/graphql", endpointId = "graphql", inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class GraphQlEndpoint {
    private static final String SUBPROTOCOL = "graphql-transport-ws";

    private final Reception reception;
    private final AnonymousAccess anonymous;
    private final Engine engine;
    private final int maxOperations;

    GraphQlEndpoint(Reception reception, AnonymousAccess anonymous, Engine engine, LimitsConfig limits) {
        this.reception = reception;
        this.anonymous = anonymous;
        this.engine = engine;
        this.maxOperations = limits.subscriptionsPerConnection();
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        if (!SUBPROTOCOL.equals(connection.subprotocol())) {
            Reception.refuse(connection, new CloseReason(4406, "Subprotocol not acceptable: it is " + SUBPROTOCOL));
            return;
        }
        // Whoever it is has still to say that it wants to begin.
        Caller early = Reception.caller(connection, anonymous::caller);
        reception.open(connection, new GraphQlDialect(engine, early, maxOperations));
    }

    @OnTextMessage
    @NonBlocking
    void text(String message, WebSocketConnection connection) {
        reception.text(message, connection);
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(Buffer message, WebSocketConnection connection) {
        reception.binary(message, connection);
    }

    @OnPongMessage
    @NonBlocking
    void pong(Buffer data, WebSocketConnection connection) {
        reception.pong(connection);
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        reception.close(connection);
    }

    @OnError
    @NonBlocking
    void error(Throwable failure, WebSocketConnection connection) {
        reception.error(failure, connection);
    }
}
