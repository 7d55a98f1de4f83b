package dev.tidings.dialect.projects;

import dev.tidings.connection.ws.Reception;
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

/** Where dashboards come in. */
@WebSocket(
        path = "/ws/projects",
        endpointId = ProjectsEndpoint.ID,
        inboundProcessingMode = InboundProcessingMode.CONCURRENT)
public class ProjectsEndpoint {
    static final String ID = "projects";

    private final Reception reception;

    ProjectsEndpoint(Reception reception) {
        this.reception = reception;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        reception.open(connection, ProjectsDialect.INSTANCE);
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
