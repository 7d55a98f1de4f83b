package dev.tidings.dialect.devices;

import dev.tidings.auth.AnonymousAccess;
import dev.tidings.connection.ws.Reception;
import dev.tidings.operator.ConnectionCount;
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
import java.time.Clock;

/** Where panels come in: with a token, with none where anybody may see something, or to show one later. */
@WebSocket(path = "/ws/devices", endpointId = "devices", inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class DevicesEndpoint {
    private final Reception reception;
    private final AnonymousAccess anonymous;
    private final DeviceUpdates updates;
    private final KnownTypes types;
    private final ConnectionCount connections;
    private final Clock clock;

    DevicesEndpoint(
            Reception reception,
            AnonymousAccess anonymous,
            DeviceUpdates updates,
            KnownTypes types,
            ConnectionCount connections,
            Clock clock) {
        this.reception = reception;
        this.anonymous = anonymous;
        this.updates = updates;
        this.types = types;
        this.connections = connections;
        this.clock = clock;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        reception.open(connection, new DevicesDialect(updates, types, connections, clock), anonymous::caller);
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
