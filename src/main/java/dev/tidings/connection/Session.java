package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.hub.HubLoop;
import dev.tidings.hub.Subscriber;
import dev.tidings.presence.LoopRooms;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One client, from its welcome to its end: answers what it says and passes on what it asked for, whatever dialect it speaks.
 * Used on the connection's loop only.
 */
public final class Session implements Subscriber, LiveConnection, Conversation {
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String id;
    private final Services services;
    private final Transport transport;
    private final Dialect dialect;
    private final HubLoop hub;
    private final LoopRooms rooms;
    private final Executor loop;
    private final long openedNanos;
    private final long openedMillis;
    private final Conduct conduct;
    private final SessionLog log;
    private Phase phase = new Phase.Stranger();
    private long lastPingNanos;
    private long lastMeasuredNanos;

    /** How long after its opening it has to leave; 0 while it may stay. */
    private long leaveAfterNanos;

    /** How far a client has come. */
    private sealed interface Phase {
        /** It has not shown a good token yet. */
        record Stranger() implements Phase {}

        /** It may do what its token says. */
        record Known(Member member) implements Phase {}

        /** It has gone, or is being sent away. */
        record Ended() implements Phase {}
    }

    /**
     * @param id of the connection, unique over all instances
     * @param dialect what the client speaks
     * @param hub of the loop that the connection lives on
     * @param rooms of that loop
     * @param loop runs tasks on that loop
     */
    public Session(
            String id,
            Services services,
            Transport transport,
            Dialect dialect,
            HubLoop hub,
            LoopRooms rooms,
            Executor loop) {
        this.id = id;
        this.services = services;
        this.transport = transport;
        this.dialect = dialect;
        this.hub = hub;
        this.rooms = rooms;
        this.loop = loop;
        this.log = new SessionLog(id);
        this.openedNanos = System.nanoTime();
        this.openedMillis = services.clock().millis();
        this.lastPingNanos = openedNanos;
        this.lastMeasuredNanos = openedNanos;
        this.conduct = new Conduct(
                services.settings().messagesPerSecond(), services.settings().burst());
    }

    /**
     * Says welcome.
     *
     * @param caller who it is, by the token of its handshake or because it needs none; null when that is not known
     */
    public void open(@Nullable Caller caller) {
        SessionSettings settings = services.settings();
        send(
                new ServerMessage.Welcome(
                        id,
                        settings.heartbeat().toMillis(),
                        settings.authenticateWithin().toMillis(),
                        settings.messageBytes()),
                null);
        if (caller != null) {
            become(caller, null);
        }
    }

    /** A text message came. */
    public void receive(String text) {
        if (phase instanceof Phase.Ended || tooLarge(text)) {
            return;
        }
        String id = null;
        try {
            Said said = dialect.read(text);
            id = said.id();
            services.observer().received(said.type());
            if (withinRate(id)) {
                log.heard(id, said.type());
                said.deed().accept(this);
            }
        } catch (BadMessage bad) {
            services.observer().received("bad");
            if (withinRate(bad.id())) {
                refuse(bad.id(), null, bad.refusal());
                if (!bad.isEnvelope()) {
                    countInvalid();
                }
            }
        } catch (RuntimeException fault) {
            // Ours. The client waits for a reply all the same.
            log.error(id, "could not handle a message", fault);
            refuse(id, null, new Refusal(ErrorCode.INTERNAL, "something went wrong here"));
        }
    }

    /**
     * A message came that cannot be read at all.
     *
     * @param why for the client
     */
    public void receiveUnreadable(String why) {
        if (!(phase instanceof Phase.Ended)) {
            services.observer().received("bad");
            refuse(null, null, new Refusal(ErrorCode.INVALID_MESSAGE, why));
            countInvalid();
        }
    }

    @Override
    public void tick(long nowNanos, long nowMillis) {
        long heartbeatNanos = services.settings().heartbeat().toNanos();
        if (nowNanos - transport.lastHeardNanos() > 2 * heartbeatNanos) {
            end(CloseCode.SILENT, CloseCode.SILENT.reason());
            return;
        }
        if (leaveAfterNanos > 0 && nowNanos - openedNanos >= leaveAfterNanos) {
            end(CloseCode.SERVICE_RESTART, CloseCode.SERVICE_RESTART.reason());
            return;
        }
        if (nowNanos - lastPingNanos >= heartbeatNanos) {
            lastPingNanos = nowNanos;
            transport.ping();
        }
        switch (phase) {
            case Phase.Stranger stranger -> {
                if (nowNanos - openedNanos
                        > services.settings().authenticateWithin().toNanos()) {
                    end(CloseCode.UNAUTHENTICATED, "no token within the time allowed");
                }
            }
            case Phase.Known(Member member) -> {
                if (nowNanos - lastMeasuredNanos >= MEASURE_NANOS) {
                    lastMeasuredNanos = nowNanos;
                    member.measure(transport.queuedBytes());
                }
                member.tick(nowNanos);
                if (member.caller().expiresAt() <= nowMillis) {
                    end(CloseCode.UNAUTHENTICATED, "the token has expired");
                } else if (member.caller().expiresAt() - EXPIRY_NOTICE_MS <= nowMillis && member.noticeDue()) {
                    send(new ServerMessage.TokenExpiring(member.caller().expiresAt()), null);
                }
            }
            case Phase.Ended ended -> {}
        }
    }

    @Override
    public void leaveIn(long ms) {
        send(new ServerMessage.Reconnect(ms), null);
        leaveAfterNanos = System.nanoTime() - openedNanos + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /** The connection is gone. */
    public void closed() {
        if (phase instanceof Phase.Known(Member member)) {
            member.leave();
        }
        if (!(phase instanceof Phase.Ended)) {
            log.debug("gone");
        }
        phase = new Phase.Ended();
    }

    /** Sends the client away. */
    public void end(CloseCode code, String reason) {
        end(dialect.closing(code, reason));
    }

    @Override
    public void end(Closing closing) {
        if (!(phase instanceof Phase.Ended)) {
            log.info("closed with " + closing.status() + ", " + closing.reason());
            transport.close(closing);
            closed();
        }
    }

    /** Sends the client away, if it has not gone. */
    void dismiss(CloseCode code, String reason) {
        if (!(phase instanceof Phase.Ended)) {
            end(code, reason);
        }
    }

    @Override
    public void handle(ClientMessage message) {
        if (message instanceof ClientMessage.Ping) {
            send(new ServerMessage.Pong(), message.id());
        } else if (message instanceof ClientMessage.Authenticate authenticate) {
            authenticate(authenticate);
        } else if (phase instanceof Phase.Known(Member member)) {
            member.handle(message);
        } else {
            refuse(
                    message.id(),
                    null,
                    new Refusal(ErrorCode.UNAUTHENTICATED, "send authenticate with a token before anything else"));
        }
    }

    private void authenticate(ClientMessage.Authenticate message) {
        try {
            Caller caller = services.verifier().verify(message.token());
            if (phase instanceof Phase.Known(Member member) && !member.caller().isAnonymous()) {
                member.renew(caller, message.id());
            } else {
                become(caller, message.id());
            }
        } catch (Unauthenticated e) {
            String why = e.getMessage() == null ? "the token is no good" : e.getMessage();
            refuse(message.id(), null, new Refusal(ErrorCode.UNAUTHENTICATED, why));
            if (phase instanceof Phase.Stranger) {
                end(CloseCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED.reason());
            }
        }
    }

    @Override
    public void follow(ClientMessage.Subscribe message, UnaryOperator<Frames> words) {
        if (phase instanceof Phase.Known(Member member)) {
            member.follow(message, words);
        } else {
            refuse(message.id(), null, new Refusal(ErrorCode.UNAUTHENTICATED, "show a token before anything else"));
        }
    }

    @Override
    public void unfollow(String id) {
        if (phase instanceof Phase.Known(Member member)) {
            member.unfollow(id);
        }
    }

    @Override
    public void letIn(Caller caller, @Nullable String messageId) {
        if (phase instanceof Phase.Stranger) {
            become(caller, messageId);
        }
    }

    private void become(Caller caller, @Nullable String messageId) {
        if (phase instanceof Phase.Known(Member anybody)) {
            // It was let in without a token: what it had then is given up.
            anybody.leave();
            phase = new Phase.Stranger();
        }
        if (!services.admission().enter(caller)) {
            services.observer().limitHit("connections-per-subject");
            end(CloseCode.TOO_MANY_CONNECTIONS, "too many connections of this subject");
            return;
        }
        log.isNow(caller);
        log.debug("authenticated");
        Member member = new Member(
                this,
                services,
                new OpenSession(this, dialect.kind(), openedMillis, caller, loop),
                hub.open(this, caller.tenant()),
                new Attendance(id, this, rooms),
                hub,
                loop);
        phase = new Phase.Known(member);
        member.enter();
        member.greet(messageId);
    }

    /** A message came that is longer than any may be. The connection is about to end. */
    public void receiveTooLarge() {
        if (!(phase instanceof Phase.Ended)) {
            services.observer().limitHit("message-size");
            refuseTooLarge(services.settings().messageBytes());
        }
    }

    private void refuseTooLarge(int limit) {
        refuse(null, null, new Refusal(ErrorCode.MESSAGE_TOO_LARGE, "a message has at most " + limit + " bytes now"));
    }

    private boolean tooLarge(String text) {
        SessionSettings settings = services.settings();
        int limit = phase instanceof Phase.Stranger ? settings.unauthenticatedBytes() : settings.messageBytes();
        // A character takes one byte or more: most messages need not be measured.
        if (text.length() * 3L <= limit || utf8Length(text) <= limit) {
            return false;
        }
        services.observer().limitHit("message-size");
        refuseTooLarge(limit);
        end(CloseCode.MESSAGE_TOO_BIG, CloseCode.MESSAGE_TOO_BIG.reason());
        return true;
    }

    private static long utf8Length(String text) {
        return text.codePoints()
                .mapToLong(point -> point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
                .sum();
    }

    private boolean withinRate(@Nullable String messageId) {
        long waitMs = conduct.message();
        if (waitMs == 0) {
            return true;
        }
        services.observer().limitHit("messages-per-second");
        refuse(
                messageId,
                null,
                new Refusal(
                        ErrorCode.RATE_LIMITED,
                        "more than " + services.settings().messagesPerSecond() + " messages a second",
                        OptionalLong.of(waitMs)));
        if (conduct.rateLimited()) {
            end(CloseCode.RATE_LIMITED, CloseCode.RATE_LIMITED.reason());
        }
        return false;
    }

    private void countInvalid() {
        if (conduct.invalid()) {
            end(CloseCode.INVALID, CloseCode.INVALID.reason());
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable Caller caller() {
        return phase instanceof Phase.Known(Member member) ? member.caller() : null;
    }

    @Override
    public Executor loop() {
        return loop;
    }

    SessionLog log() {
        return log;
    }

    void send(ServerMessage message, @Nullable String messageId) {
        if (!(phase instanceof Phase.Ended)) {
            dialect.tell(message, messageId, services.clock().millis(), this);
        }
    }

    @Override
    public void tell(Frames frames) {
        if (!(phase instanceof Phase.Ended) && transport.offer(frames) == Offer.FULL) {
            overflow();
        }
    }

    /** Tells the client what cannot be done, and why. */
    public void refuse(@Nullable String messageId, @Nullable String channel, Refusal refusal) {
        send(new ServerMessage.Refused(channel, refusal), messageId);
    }

    @Override
    public Offer offer(Frames frames) {
        return transport.offer(frames);
    }

    @Override
    public Offer offerLast(Frames frames) {
        return transport.offerLast(frames);
    }

    @Override
    public void notify(ServerMessage notice) {
        if (phase instanceof Phase.Known(Member member)) {
            send(member.sealed(notice), null);
        }
    }

    @Override
    public boolean hasRoom() {
        return transport.hasRoom();
    }

    @Override
    public void overflow() {
        // Later, for the hub may be in the middle of serving those who listen to the same channel.
        loop.execute(() -> {
            if (!(phase instanceof Phase.Ended)) {
                services.observer().slowConsumer();
                services.observer().limitHit("queue-size");
                end(CloseCode.SLOW_CONSUMER, CloseCode.SLOW_CONSUMER.reason());
            }
        });
    }
}
