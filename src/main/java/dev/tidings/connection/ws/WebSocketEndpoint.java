package dev.tidings.connection.ws;

import dev.tidings.auth.Caller;
import dev.tidings.connection.Admission;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Drain;
import dev.tidings.connection.Services;
import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import dev.tidings.event.Invalid;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.MessagePack;
import dev.tidings.protocol.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes what WebSockets Next brings to the sessions. All of it runs on the connection's event loop. */
@WebSocket(path = "/ws")
public class WebSocketEndpoint {
    private static final Logger LOG = Logger.getLogger(WebSocketEndpoint.class);

    /** 0 to 1000. */
    private static final Pattern BATCH_MS = Pattern.compile("\\d{1,3}|1000");

    private final Services services;
    private final Admission admission;
    private final Loops loops;
    private final Drain drain;
    private final long queueBytes;
    private final int batchLimit;

    WebSocketEndpoint(Services services, Admission admission, Loops loops, Drain drain, LimitsConfig limits) {
        this.services = services;
        this.admission = admission;
        this.loops = loops;
        this.drain = drain;
        this.queueBytes = limits.queueSize().asLongValue();
        this.batchLimit = limits.batch();
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        if (!admission.enter(ConnectionKind.WEBSOCKET)) {
            services.observer().limitHit("connections");
            CloseCode code = CloseCode.TOO_MANY_CONNECTIONS;
            close(connection, new CloseReason(code.code(), "the server has as many connections as it takes"));
            return;
        }
        EventLoop eventLoop = ((ContextInternal) Objects.requireNonNull(Vertx.currentContext())).nettyEventLoop();
        LoopConnections loop = loops.on(eventLoop);
        int batchMs = batchMs(connection.userData().remove(Handshake.BATCH_MS));
        Encoding encoding = Encoding.of(connection.subprotocol());
        Transport transport = transport(connection, loop, encoding, batchMs);
        Session session = new Session(connection.id(), services, transport, loop.hub(), loop.rooms(), eventLoop);
        connection.userData().put(Connected.KEY, new Connected(session, transport, loop, encoding));
        loop.add(session);
        session.open(caller(connection));
        if (drain.isRunning()) {
            // It came between the handshake and now.
            session.leaveIn(0);
        }
        if (batchMs < 0) {
            session.refuse(null, null, new Refusal(ErrorCode.INVALID_MESSAGE, "batch_ms is 0 to 1000; it is 0 now"));
        }
    }

    /** What the client asked for, in ms; negative when that is not possible. */
    private static int batchMs(@Nullable String asked) {
        if (asked == null) {
            return 0;
        }
        return BATCH_MS.matcher(asked).matches() ? Integer.parseInt(asked) : -1;
    }

    private Transport transport(WebSocketConnection connection, LoopConnections loop, Encoding encoding, int batchMs) {
        ChannelHandlerContext channel = connection.userData().remove(Handshake.CHANNEL);
        Compression compression = connection.userData().remove(Handshake.COMPRESSION);
        if (channel != null && channel.channel().eventLoop().equals(loop.loop())) {
            return new NettyTransport(
                    connection,
                    channel,
                    loop,
                    queueBytes,
                    services.settings().messageBytes(),
                    encoding,
                    compression,
                    batchMs > 0 ? new Batch(batchMs, batchLimit) : null);
        }
        return new PlainTransport(connection, loop.loop(), queueBytes, encoding);
    }

    private static @Nullable Caller caller(WebSocketConnection connection) {
        return connection.userData().remove(Handshake.CALLER);
    }

    @OnTextMessage
    @NonBlocking
    void text(String message, WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected);
            if (connected.encoding() == Encoding.JSON) {
                connected.session().receive(message);
            } else {
                connected.session().receiveUnreadable("tidings.v1.msgpack speaks in binary frames");
            }
        }
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(Buffer message, WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected);
            if (connected.encoding() == Encoding.JSON) {
                connected.session().receiveUnreadable("tidings.v1.json speaks in text frames");
            } else {
                receivePacked(connected.session(), message);
            }
        }
    }

    private static void receivePacked(Session session, Buffer message) {
        String json;
        try {
            json = MessagePack.toJson(message.getBytes());
        } catch (Invalid unreadable) {
            session.receiveUnreadable(String.valueOf(unreadable.getMessage()));
            return;
        }
        session.receive(json);
    }

    @OnPongMessage
    @NonBlocking
    void pong(Buffer data, WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected);
        }
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        Connected connected = connection.userData().remove(Connected.KEY);
        if (connected != null) {
            connected.loop().remove(connected.session());
            connected.session().closed();
            if (connected.transport() instanceof NettyTransport netty) {
                netty.closed();
            }
            admission.leave(ConnectionKind.WEBSOCKET);
        }
    }

    @OnError
    @NonBlocking
    void error(Throwable failure, WebSocketConnection connection) {
        // Peers that vanish are everyday business.
        LOG.debugf(failure, "connection %s", connection.id());
    }

    private static void heard(Connected connected) {
        if (connected.transport() instanceof PlainTransport plain) {
            plain.heard();
        }
    }

    private static void close(WebSocketConnection connection, CloseReason reason) {
        connection
                .close(reason)
                .subscribe()
                .with(done -> {}, failure -> LOG.debugf(failure, "connection %s", connection.id()));
    }
}
