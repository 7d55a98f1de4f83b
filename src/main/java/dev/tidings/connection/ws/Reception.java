package dev.tidings.connection.ws;

import dev.tidings.auth.Caller;
import dev.tidings.connection.Admission;
import dev.tidings.connection.Closing;
import dev.tidings.connection.Dialect;
import dev.tidings.connection.Drain;
import dev.tidings.connection.NativeDialect;
import dev.tidings.connection.Services;
import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import dev.tidings.event.Invalid;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.MessagePack;
import dev.tidings.protocol.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes what WebSockets Next brings to the sessions, whatever dialect they speak: each dialect has an endpoint with nothing in
 * it but calls of these methods, which WebSockets Next does not find in a class above. All of it runs on the connection's event
 * loop, one after the other and to its end: the queue that would see to that, 1 KiB for each connection, is not asked for
 * ({@code CONCURRENT}).
 */
@Singleton
public class Reception {
    private static final Logger LOG = Logger.getLogger(Reception.class);

    /** 0 to 1000. */
    private static final Pattern BATCH_MS = Pattern.compile("\\d{1,3}|1000");

    private final Services services;
    private final Admission admission;
    private final Loops loops;
    private final Drain drain;
    private final long queueBytes;
    private final int batchLimit;

    Reception(Services services, Admission admission, Loops loops, Drain drain, LimitsConfig limits) {
        this.services = services;
        this.admission = admission;
        this.loops = loops;
        this.drain = drain;
        this.queueBytes = limits.queueSize().asLongValue();
        this.batchLimit = limits.batch();
    }

    /** Lets a client in that has to show a token, with its handshake or later. */
    public void open(WebSocketConnection connection, Dialect dialect) {
        open(connection, dialect, address -> Optional.empty());
    }

    /**
     * Lets a client in.
     *
     * @param anybody who calls from an address without a token; empty when that is not allowed
     */
    public void open(WebSocketConnection connection, Dialect dialect, Function<String, Optional<Caller>> anybody) {
        if (!admission.enter(dialect.kind())) {
            services.observer().limitHit("connections");
            Closing closing =
                    dialect.closing(CloseCode.TOO_MANY_CONNECTIONS, "the server has as many connections as it takes");
            refuse(connection, new CloseReason(closing.status(), closing.reason()));
            return;
        }
        LoopConnections loop = loops.on(eventLoop());
        boolean isNative = dialect instanceof NativeDialect;
        Encoding encoding = isNative ? Encoding.of(connection.subprotocol()) : Encoding.JSON;
        String asked = connection.userData().remove(Handshake.BATCH_MS);
        int batchMs = isNative ? batchMs(asked) : 0;
        Transport transport = transport(connection, loop, dialect.events(), encoding, batchMs);
        Session session =
                new Session(connection.id(), services, transport, dialect, loop.hub(), loop.rooms(), loop.loop());
        if (transport instanceof NettyTransport netty) {
            netty.beforeTooLarge(session::receiveTooLarge);
        }
        Connected connected = new Connected(session, transport, loop, encoding, dialect.kind());
        connection.userData().put(Connected.KEY, connected);
        loop.add(session);
        session.open(caller(connection, anybody));
        if (drain.isRunning()) {
            // It came between the handshake and now.
            session.leaveIn(0);
        }
        if (batchMs < 0) {
            session.refuse(null, null, new Refusal(ErrorCode.INVALID_MESSAGE, "batch_ms is 0 to 1000; it is 0 now"));
        }
    }

    /** The way to a client for a session of another making, which has events in this form. It ends with {@link #gone}. */
    public Transport transport(WebSocketConnection connection, EventForm events) {
        return transport(connection, loops.on(eventLoop()), events, Encoding.JSON, 0);
    }

    /** The client of such a transport has gone. */
    public void gone(Transport transport) {
        if (transport instanceof NettyTransport netty) {
            netty.closed();
        }
    }

    /** Something came from the client of such a transport. */
    public void heard(Transport transport) {
        if (transport instanceof PlainTransport plain) {
            plain.heard();
        }
    }

    private static EventLoop eventLoop() {
        return ((ContextInternal) Objects.requireNonNull(Vertx.currentContext())).nettyEventLoop();
    }

    /** What the client asked for, in ms; negative when that is not possible. */
    private static int batchMs(@Nullable String asked) {
        if (asked == null) {
            return 0;
        }
        return BATCH_MS.matcher(asked).matches() ? Integer.parseInt(asked) : -1;
    }

    private Transport transport(
            WebSocketConnection connection, LoopConnections loop, EventForm events, Encoding encoding, int batchMs) {
        ChannelHandlerContext channel = connection.userData().remove(Handshake.CHANNEL);
        Compression compression = connection.userData().remove(Handshake.COMPRESSION);
        if (channel != null && channel.channel().eventLoop().equals(loop.loop())) {
            return new NettyTransport(
                    connection,
                    channel,
                    loop,
                    queueBytes,
                    services.settings().messageBytes(),
                    new Form(events, encoding, compression != null),
                    compression,
                    batchMs > 0 ? new Batch(batchMs, batchLimit) : null);
        }
        return new PlainTransport(connection, loop.loop(), queueBytes, new Form(events, encoding, false));
    }

    /** Who the client is: by its token, or because it needs none; null when that is not known. */
    public static @Nullable Caller caller(WebSocketConnection connection, Function<String, Optional<Caller>> anybody) {
        Caller known = connection.userData().remove(Handshake.CALLER);
        String address = connection.userData().remove(Handshake.ADDRESS);
        return known != null || address == null ? known : anybody.apply(address).orElse(null);
    }

    /** A text message came. */
    public void text(String message, WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected.transport());
            if (connected.encoding() == Encoding.JSON) {
                connected.session().receive(message);
            } else {
                connected.session().receiveUnreadable("tidings.v1.msgpack speaks in binary frames");
            }
        }
    }

    /** A binary message came. */
    public void binary(Buffer message, WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected.transport());
            if (connected.encoding() == Encoding.JSON) {
                connected.session().receiveUnreadable("messages are text frames here");
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

    /** A sign of life came. */
    public void pong(WebSocketConnection connection) {
        Connected connected = connection.userData().get(Connected.KEY);
        if (connected != null) {
            heard(connected.transport());
        }
    }

    /** The client has gone. */
    public void close(WebSocketConnection connection) {
        Connected connected = connection.userData().remove(Connected.KEY);
        if (connected != null) {
            connected.loop().remove(connected.session());
            connected.session().closed();
            gone(connected.transport());
            admission.leave(connected.kind());
        }
    }

    /** Something went wrong with a connection. */
    public void error(Throwable failure, WebSocketConnection connection) {
        // Peers that vanish are everyday business.
        LOG.debugf(failure, "connection %s", connection.id());
    }

    /** Sends somebody away who has not been let in. */
    public static void refuse(WebSocketConnection connection, CloseReason reason) {
        connection
                .close(reason)
                .subscribe()
                .with(done -> {}, failure -> LOG.debugf(failure, "connection %s", connection.id()));
    }
}
