package dev.tidings.socketio;

import dev.tidings.connection.Drain;
import dev.tidings.connection.ws.Origins;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Takes the requests at {@code /socket.io/}, and finds out whose they are. */
@Singleton
class EngineRequests {
    /** Before the framework, which knows nothing of them. */
    private static final int PRIORITY = 240;

    private static final String PATH = "/socket.io";
    private static final String VERSION = "4";

    private final EngineConnections connections;
    private final EngineDoor door;
    private final Origins origins;
    private final Drain drain;

    EngineRequests(EngineConnections connections, EngineDoor door, Origins origins, Drain drain) {
        this.connections = connections;
        this.door = door;
        this.origins = origins;
        this.drain = drain;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        String path = String.valueOf(context.request().path());
        if (!path.equals(PATH + '/') && !path.equals(PATH)) {
            context.next();
            return;
        }
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        response.putHeader("Cache-Control", "no-store");
        if (!origins.allow(request)) {
            EngineError.FORBIDDEN.answer(response);
            return;
        }
        allowOrigin(request);
        if (request.method().equals(HttpMethod.OPTIONS)) {
            var unused = response.setStatusCode(204).end();
            return;
        }
        EngineError refusal = answer(context);
        if (refusal != null) {
            refusal.answer(response);
        }
    }

    /** For pages of other hosts that may connect: a browser asks whether they may read the answer. */
    private static void allowOrigin(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            request.response()
                    .putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Allow-Credentials", "true")
                    .putHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
                    .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type")
                    .putHeader("Vary", "Origin");
        }
    }

    /** Answers what can be answered; says what is wrong with the rest. */
    private @Nullable EngineError answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        String version;
        String transport;
        String sid;
        try {
            version = request.getParam("EIO");
            transport = String.valueOf(request.getParam("transport"));
            sid = request.getParam("sid");
        } catch (IllegalArgumentException badEncoding) {
            return EngineError.BAD_REQUEST;
        }
        boolean polls = transport.equals("polling");
        if (!polls && !transport.equals("websocket")) {
            return EngineError.UNKNOWN_TRANSPORT;
        }
        if (!VERSION.equals(version)) {
            return EngineError.UNSUPPORTED_VERSION;
        }
        boolean upgrades = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
        if (polls == upgrades) {
            return EngineError.BAD_REQUEST;
        }
        if (sid == null) {
            EngineError refusal = open(context, polls);
            if (refusal != null) {
                door.refused();
            }
            return refusal;
        }
        EngineConnection connection = connections.get(sid);
        if (connection == null) {
            return EngineError.UNKNOWN_SESSION;
        }
        return polls ? poll(connection, context) : upgrade(connection, request);
    }

    private @Nullable EngineError open(RoutingContext context, boolean polls) {
        if (!context.request().method().equals(HttpMethod.GET)) {
            return EngineError.BAD_HANDSHAKE_METHOD;
        }
        if (drain.isRunning()) {
            return EngineError.LEAVING;
        }
        return polls ? door.openPolled(context) : door.openSocket(context.request());
    }

    private @Nullable EngineError poll(EngineConnection connection, RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET)) {
            EngineDoor.poll(connection, context);
            return null;
        }
        if (method.equals(HttpMethod.POST)) {
            return EngineDoor.post(connection, context);
        }
        return EngineError.BAD_REQUEST;
    }

    private @Nullable EngineError upgrade(EngineConnection connection, HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) && connection.incoming().isUpgradable()
                ? door.upgrade(connection, request)
                : EngineError.BAD_REQUEST;
    }
}
