package dev.tidings.socketio;

import dev.tidings.auth.AnonymousAccess;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Drain;
import dev.tidings.connection.Services;
import dev.tidings.connection.Session;
import dev.tidings.limits.LimitsConfig;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets connections in, and passes what their requests bring to their loops. */
@Singleton
class EngineDoor {
    private final Instance<Services> services;
    private final Instance<Admission> admission;
    private final Instance<SocketIoLoops> loops;
    private final Instance<SocketIoObserver> observer;
    private final EngineConnections connections;
    private final AnonymousAccess anonymous;
    private final Drain drain;
    private final long queueBytes;

    /** @param services and what depends on the settings is made when these are known to work; requests are taken later */
    EngineDoor(
            Instance<Services> services,
            Instance<Admission> admission,
            Instance<SocketIoLoops> loops,
            Instance<SocketIoObserver> observer,
            EngineConnections connections,
            AnonymousAccess anonymous,
            Drain drain,
            LimitsConfig limits) {
        this.services = services;
        this.admission = admission;
        this.loops = loops;
        this.observer = observer;
        this.connections = connections;
        this.anonymous = anonymous;
        this.drain = drain;
        this.queueBytes = limits.queueSize().asLongValue();
    }

    /** A request was refused that might have become a connection. */
    void refused() {
        observer.get().refused();
    }

    /** Begins a connection that is polled. */
    @Nullable
    EngineError openPolled(RoutingContext context) {
        String address = address(context.request());
        EngineError refusal = enter(address);
        if (refusal == null) {
            poll(begin(address, context.request(), null), context);
        }
        return refusal;
    }

    /** Begins a connection by WebSocket. */
    @Nullable
    EngineError openSocket(HttpServerRequest request) {
        return accept(request, webSocket -> {
            String address = address(request);
            EngineError refusal = enter(address);
            if (refusal == null) {
                begin(address, request, webSocket);
            } else {
                webSocket.close((short) 4409, refusal.message());
            }
        });
    }

    /** Gives a connection a WebSocket. */
    @Nullable
    EngineError upgrade(EngineConnection connection, HttpServerRequest request) {
        return accept(request, webSocket -> {
            EngineSocket socket = socket(webSocket, request, connection.home());
            socket.listen(connection.incoming());
            connection.home().run(() -> connection.incoming().attach(socket));
        });
    }

    private static @Nullable EngineError accept(HttpServerRequest request, Consumer<ServerWebSocket> then) {
        if (!(request.connection() instanceof ConnectionBase)) {
            return EngineError.BAD_REQUEST;
        }
        // Answered by the framework where the handshake is none.
        var unused = request.toWebSocket().onSuccess(then::accept);
        return null;
    }

    private EngineSocket socket(ServerWebSocket webSocket, HttpServerRequest request, SocketIoLoop home) {
        ChannelHandlerContext channel = ((ConnectionBase) request.connection()).channelHandlerContext();
        return new EngineSocket(
                webSocket, channel, home, queueBytes, services.get().settings().messageBytes());
    }

    private static String address(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return remote == null ? "?" : String.valueOf(remote.hostAddress());
    }

    /** Counts one more in; else says of what there are too many already. */
    private @Nullable EngineError enter(String address) {
        EngineError refusal = connections.enter(address);
        if (refusal == null && !admission.get().enter(ConnectionKind.SOCKETIO)) {
            connections.leave(address);
            refusal = EngineError.TOO_MANY;
        }
        if (refusal != null) {
            services.get().observer().limitHit("connections");
        }
        return refusal;
    }

    private EngineConnection begin(String address, HttpServerRequest request, @Nullable ServerWebSocket webSocket) {
        Visitor visitor = new Visitor(request.getHeader(HttpHeaders.AUTHORIZATION), address, anonymous);
        SocketIoLoop home = loops.get().here();
        String sid = connections.newId();
        Stay stay = new Stay(sid, visitor.address(), home);
        EngineSettings settings = EngineSettings.of(services.get().settings(), queueBytes);
        EngineConnection connection = new EngineConnection(sid, home, settings, stay);
        SocketIoDialect dialect =
                new SocketIoDialect(visitor, home, services.get(), observer.get(), stay::isKnown, connection::bye);
        Session session = new Session(
                UUID.randomUUID().toString(),
                services.get(),
                connection,
                dialect,
                home.hub(),
                home.presence(),
                home.executor());
        EngineSocket socket = webSocket == null ? null : socket(webSocket, request, home);
        connection.open(session, dialect, socket);
        stay.begin(session);
        connections.add(sid, connection);
        session.open(null);
        if (socket != null) {
            socket.listen(connection.incoming());
        }
        if (drain.isRunning()) {
            // It came between the question and now.
            session.leaveIn(0);
        }
        return connection;
    }

    /** What a connection takes up here. */
    private final class Stay implements EngineConnection.Place {
        private final String sid;
        private final String address;
        private final SocketIoLoop home;
        private @Nullable Session session;
        private boolean stranger = true;

        Stay(String sid, String address, SocketIoLoop home) {
            this.sid = sid;
            this.address = address;
            this.home = home;
        }

        void begin(Session begun) {
            session = begun;
            home.sweep().add(begun);
        }

        void isKnown() {
            if (stranger) {
                stranger = false;
                connections.leave(address);
            }
        }

        @Override
        public void leave() {
            isKnown();
            Session left = session;
            if (left != null) {
                session = null;
                home.sweep().remove(left);
                admission.get().leave(ConnectionKind.SOCKETIO);
            }
        }

        @Override
        public void forget() {
            connections.remove(sid);
        }
    }

    /** Lets a request wait for what there is to tell. */
    static void poll(EngineConnection connection, RoutingContext context) {
        Context own = Objects.requireNonNull(Vertx.currentContext());
        own.putLocal("UrlPathTemplate", "/socket.io/");
        Poll poll = new Poll(own, context.response());
        context.addEndHandler(ended -> connection.home().run(() -> connection.pollEnded(poll)));
        context.request().resume();
        connection.home().run(() -> connection.poll(poll));
    }

    /** Takes what a client says. */
    static @Nullable EngineError post(EngineConnection connection, RoutingContext context) {
        HttpServerResponse response = context.response();
        Context own = Objects.requireNonNull(Vertx.currentContext());
        if (!connection.incoming().beginPost()) {
            connection.home().run(connection::overlap);
            return EngineError.BAD_REQUEST;
        }
        PostedBody.read(context.request(), connection.bodyLimit(), new PostedBody.Listener() {
            @Override
            public void read(String text) {
                connection.home().run(() -> {
                    connection.incoming().posted(text);
                    connection.incoming().endPost();
                    own.runOnContext(now -> {
                        if (!response.closed()) {
                            var unused = response.putHeader("Content-Type", "text/html")
                                    .end("ok");
                        }
                    });
                });
            }

            @Override
            public void refused(EngineError why) {
                connection.incoming().endPost();
                connection.home().run(() -> connection.breach(why.message()));
                why.answer(response);
            }

            @Override
            public void broken() {
                connection.incoming().endPost();
            }
        });
        return null;
    }
}
