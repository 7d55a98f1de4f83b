package dev.tidings.socketio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Conversation;
import dev.tidings.connection.Dialect;
import dev.tidings.connection.Said;
import dev.tidings.connection.Services;
import dev.tidings.event.Channel;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/** How one Socket.IO client speaks. Used on the connection's loop only. */
final class SocketIoDialect implements Dialect {
    private final Visitor visitor;
    private final ProjectForm form;
    private final SocketIoObserver observer;
    private final Answers answers;
    private final Projects projects;
    private final CommandResponses commands;
    private final Runnable known;
    private final Runnable leave;

    /** Messages of bytes that are still to come, and that nobody wants. */
    private int skipped;

    /** Written on the loop, read by requests. */
    private volatile @Nullable Caller connected;

    /**
     * @param known runs when the client has been let in
     * @param leave ends the connection because the client wants to
     */
    SocketIoDialect(
            Visitor visitor,
            SocketIoLoop loop,
            Services services,
            SocketIoObserver observer,
            Runnable known,
            Runnable leave) {
        this.known = known;
        this.leave = leave;
        this.visitor = visitor;
        this.form = loop.form();
        this.observer = observer;
        this.answers = new Answers(observer);
        this.projects = new Projects(form, answers);
        this.commands = new CommandResponses(services);
    }

    @Override
    public ConnectionKind kind() {
        return ConnectionKind.SOCKETIO;
    }

    @Override
    public EventForm events() {
        return form;
    }

    /** True when the client has been let in. Safe on any thread. */
    boolean isConnected() {
        return connected != null;
    }

    /** The connection is over. May be called more than once. */
    void close() {
        projects.close();
        Caller was = connected;
        if (was != null) {
            connected = null;
            observer.disconnected(was);
        }
    }

    /** Takes a message of bytes; false when none was announced. */
    boolean skip() {
        boolean announced = skipped > 0;
        skipped = Math.max(0, skipped - 1);
        return announced;
    }

    /** What is to be sent to a client that is sent away; null for nothing. */
    byte @Nullable [] lastWords(CloseCode code, String reason) {
        if (!isConnected()) {
            return code == CloseCode.TOO_MANY_CONNECTIONS ? turnedAway(reason) : null;
        }
        return switch (code) {
            // A stock client that is told this does not connect again by itself.
            case DISCONNECTED, INVALID -> Packets.DISCONNECT;
            case UNAUTHENTICATED ->
                Packets.event("error", said(ErrorCode.UNAUTHENTICATED).put("message", reason));
            case RATE_LIMITED ->
                Packets.event("error", said(ErrorCode.RATE_LIMITED).put("message", reason));
            default -> null;
        };
    }

    private byte[] turnedAway(String reason) {
        observer.refused();
        return Packets.connectError(SocketPacket.DEFAULT_NAMESPACE, reason, said(ErrorCode.RATE_LIMITED));
    }

    private static ObjectNode said(ErrorCode code) {
        return Packets.object().put("code", code.text());
    }

    @Override
    public Said read(String text) throws BadMessage {
        SocketPacket packet;
        try {
            packet = SocketPacketReader.read(text);
        } catch (BadPacket bad) {
            throw new BadMessage(new Refusal(ErrorCode.INVALID_MESSAGE, bad.why()), null, false);
        }
        if (packet instanceof SocketPacket.Connect connect) {
            return connect(connect);
        }
        if (!isConnected() || !packet.namespace().equals(SocketPacket.DEFAULT_NAMESPACE)) {
            throw new BadMessage(
                    new Refusal(ErrorCode.UNAUTHENTICATED, "connect to the namespace before anything else"),
                    null,
                    false);
        }
        return switch (packet) {
            case SocketPacket.Event event -> Asking.read(event, projects, String.valueOf(subject()));
            case SocketPacket.Disconnect leaving -> new Said("disconnect", null, client -> leave.run());
            case SocketPacket.Binary binary -> {
                skipped += binary.attachments();
                throw Asking.bad(new Ask("binary", binary.ack()), "bytes are not taken: say it in JSON");
            }
            case SocketPacket.Ack ack -> throw Asking.bad(null, "nothing was emitted that asks for an acknowledgement");
            case SocketPacket.Connect again -> throw new IllegalStateException("seen to above");
        };
    }

    private @Nullable String subject() {
        Caller caller = connected;
        return caller == null ? null : caller.subject();
    }

    private Said connect(SocketPacket.Connect connect) throws BadMessage {
        if (isConnected()) {
            throw new BadMessage(
                    new Refusal(ErrorCode.INVALID_MESSAGE, "the client is connected already"), null, false);
        }
        if (!connect.namespace().equals(SocketPacket.DEFAULT_NAMESPACE)) {
            return new Said("connect", null, client -> {
                observer.refused();
                Answers.tell(
                        Packets.connectError(connect.namespace(), "Invalid namespace", said(ErrorCode.NOT_FOUND)),
                        client);
            });
        }
        return visitor.enter(connect.auth());
    }

    @Override
    public void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation client) {
        Ask ask = Ask.of(id);
        switch (message) {
            case ServerMessage.Authenticated good -> authenticated(good, ask, client);
            case ServerMessage.Subscribed joined -> projects.joined(joined, ask, client);
            case ServerMessage.Unsubscribed left ->
                projects.left(new Channel(left.target().text()), ask, client);
            case ServerMessage.Gap gap -> projects.gap(gap, client);
            case ServerMessage.CommandResponse ended -> {
                commands.publish(ended, ask, client);
                answers.answer(ask, CommandResponses.answer(ended), client);
            }
            case ServerMessage.Published published ->
                answers.answer(
                        ask,
                        Answers.ok()
                                .put("id", published.eventId())
                                .put("offset", published.position().offset())
                                .put("timestamp", published.timestamp()),
                        client);
            case ServerMessage.TokenExpiring soon ->
                Answers.tell(
                        Packets.event("token_expiring", Packets.object().put("expires_at", soon.expiresAt())), client);
            case ServerMessage.Reconnect leave ->
                Answers.tell(Packets.event("reconnect", Packets.object().put("after_ms", leave.afterMs())), client);
            case ServerMessage.Refused(String channel, Refusal refusal) -> refused(channel, refusal, ask, client);
            default -> {
                // Nothing that these clients can ask for, or are told of.
            }
        }
    }

    private void authenticated(ServerMessage.Authenticated good, @Nullable Ask ask, Conversation client) {
        Caller caller = client.caller();
        if (connected == null && caller != null) {
            connected = caller;
            known.run();
            Answers.tell(Packets.connected(client.id()), client);
            observer.connected(caller);
        } else {
            answers.answer(ask, Answers.ok().put("expires_at", good.expiresAt()), client);
        }
    }

    private void refused(@Nullable String channel, Refusal refusal, @Nullable Ask ask, Conversation client) {
        ObjectNode told = Packets.refusal(refusal);
        if (!isConnected()) {
            observer.refused();
            told.remove("message");
            Answers.tell(Packets.connectError(SocketPacket.DEFAULT_NAMESPACE, refusal.message(), told), client);
            return;
        }
        if (ask == null && channel != null && refusal.code() == ErrorCode.FORBIDDEN) {
            // A newer token does not permit it any more.
            projects.left(new Channel(channel), null, client);
        }
        ObjectNode error = told.deepCopy();
        if (ask != null) {
            error.put("event", ask.named());
        }
        Answers.tell(Packets.event("error", error), client);
        told.put("ok", false);
        answers.answer(ask, told, client);
    }
}
