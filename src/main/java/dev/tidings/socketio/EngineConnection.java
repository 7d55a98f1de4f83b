package dev.tidings.socketio;

import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.limits.TokenBucket;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client by Engine.IO: polled at first, or by WebSocket, or by the one and then by the other. Used on its loop only, but for
 * what says otherwise.
 */
final class EngineConnection implements Transport, EngineSocket.Listener {
    /** How long a client has to take its last message, such as why it is sent away. */
    private static final long LINGER_MS = 500;

    /** How long a client that polls has to ask for it. */
    private static final long LINGER_POLLED_MS = 5_000;

    private final String sid;
    private final SocketIoLoop home;
    private final EngineSettings settings;
    private final Carrier carrier;
    private final TokenBucket signs;
    private final AtomicBoolean posting = new AtomicBoolean();
    private final Place place;
    private @Nullable Session session;
    private @Nullable SocketIoDialect dialect;
    private @Nullable Upgrade upgrade;
    private long lastHeardNanos = System.nanoTime();
    private State state = State.OPEN;

    /** Written here, read by requests. */
    private volatile boolean upgradable = true;

    /** What a connection takes up, on its loop. */
    interface Place {
        /** It counts as a connection no longer. May be called more than once. */
        void leave();

        /** It cannot be named any longer. */
        void forget();
    }

    private enum State {
        OPEN,
        /** Gets nothing any more, but for what waits for it. */
        LINGERING,
        GONE
    }

    /**
     * @param sid by which requests name it, and nobody else may know it
     * @param place what it takes up, to be given back
     */
    EngineConnection(String sid, SocketIoLoop home, EngineSettings settings, Place place) {
        this.sid = sid;
        this.home = home;
        this.settings = settings;
        this.place = place;
        this.carrier = new Carrier(home, settings.queueBytes(), this::gone);
        this.signs = new TokenBucket(settings.messagesPerSecond(), settings.burst(), System::nanoTime);
    }

    /**
     * Says what the client has to know, and hands what it says to its session.
     *
     * @param socket null when it is polled
     */
    void open(Session begun, SocketIoDialect speaking, @Nullable EngineSocket socket) {
        session = begun;
        dialect = speaking;
        upgradable = socket == null;
        if (socket != null) {
            carrier.change(socket);
        }
        carrier.send(settings.open(sid, upgradable));
    }

    /** Safe on any thread. */
    SocketIoLoop home() {
        return home;
    }

    /** True while a WebSocket may be opened for it. Safe on any thread. */
    boolean isUpgradable() {
        return upgradable;
    }

    /** How many bytes a body may have. Safe on any thread. */
    int bodyLimit() {
        return dialect != null && dialect.isConnected() ? settings.messageBytes() : settings.unauthenticatedBytes();
    }

    /** Begins to read a body; false when another one is being read. Safe on any thread. */
    boolean beginPost() {
        return posting.compareAndSet(false, true);
    }

    /** Safe on any thread. */
    void endPost() {
        posting.set(false);
    }

    /** Two requests of one kind at a time cannot be told apart: that is no client. */
    void overlap() {
        breach("two requests at a time");
    }

    /** The client cannot be listened to any longer. */
    void breach(String why) {
        Session known = session;
        if (state == State.OPEN && known != null) {
            known.end(CloseCode.INVALID, why);
        }
    }

    /** A client polls. */
    void poll(Poll poll) {
        PollQueue polled = carrier.polled();
        if (state == State.GONE || carrier.isSocket()) {
            poll.refuse();
        } else if (polled.isPolled()) {
            poll.refuse();
            overlap();
        } else {
            boolean last = state == State.LINGERING && !polled.isEmpty();
            polled.hold(poll);
            if (last) {
                gone();
            }
        }
    }

    /** The request of a poll is over. */
    void pollEnded(Poll poll) {
        if (carrier.polled().release(poll) && !carrier.isSocket()) {
            gone();
        }
    }

    /** A body came. It means nothing when it comes after the WebSocket has become the transport. */
    void posted(String payload) {
        EnginePacket.cut(payload, text -> {
            boolean wanted = state == State.OPEN && !carrier.isSocket();
            if (wanted) {
                take(text);
            }
            return wanted;
        });
    }

    /** A WebSocket was opened for it, and is to become its transport. */
    void attach(EngineSocket offered) {
        if (state != State.OPEN || upgrade != null || carrier.isSocket()) {
            offered.close(CloseCode.NORMAL, null);
        } else {
            upgradable = false;
            upgrade = new Upgrade(home, offered, carrier.polled(), this::noUpgrade);
        }
    }

    private void noUpgrade() {
        upgrade = null;
        upgradable = state == State.OPEN;
    }

    @Override
    public void text(EngineSocket from, String text) {
        if (state != State.OPEN) {
            return;
        }
        Upgrade tried = upgrade;
        if (carrier.isSocket(from)) {
            take(text);
        } else if (tried != null && tried.isOf(from) && tried.take(text)) {
            upgrade = null;
            carrier.change(from);
        }
    }

    @Override
    public void binary(EngineSocket from) {
        if (state == State.OPEN && carrier.isSocket(from)) {
            heard();
            bytes();
        }
    }

    @Override
    public void gone(EngineSocket from) {
        Upgrade tried = upgrade;
        if (carrier.isSocket(from)) {
            gone();
        } else if (tried != null && tried.isOf(from)) {
            tried.end();
        }
    }

    private void take(String text) {
        heard();
        EnginePacket packet;
        try {
            packet = EnginePacket.parse(text);
        } catch (BadPacket bad) {
            breach(bad.why());
            return;
        }
        switch (packet.type()) {
            case MESSAGE -> session().receive(packet.data());
            case BINARY -> bytes();
            case CLOSE -> gone();
            case PONG, NOOP -> {
                if (signs.tryTake() > 0) {
                    session().end(CloseCode.RATE_LIMITED, CloseCode.RATE_LIMITED.reason());
                }
            }
            case OPEN, PING, UPGRADE -> breach("a client does not send " + packet.type() + " here");
        }
    }

    private void bytes() {
        if (dialect != null && !dialect.skip()) {
            session().receiveUnreadable("nobody announced bytes");
        }
    }

    private void heard() {
        lastHeardNanos = System.nanoTime();
    }

    private Session session() {
        if (session == null) {
            throw new IllegalStateException("not open");
        }
        return session;
    }

    /** The client has said that it goes: what it was about to say besides is taken, and means nothing. */
    void bye() {
        if (state == State.OPEN) {
            state = State.LINGERING;
            upgradable = false;
            session().closed();
            leave();
            var unused = home.executor().schedule(() -> gone(), LINGER_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** The client has gone. */
    private void gone() {
        if (state == State.GONE) {
            return;
        }
        state = State.GONE;
        upgradable = false;
        carrier.close(CloseCode.NORMAL, null);
        if (session != null) {
            session.closed();
        }
        Upgrade unfinished = upgrade;
        if (unfinished != null) {
            unfinished.end();
        }
        leave();
        place.forget();
    }

    private void leave() {
        if (dialect != null) {
            dialect.close();
        }
        place.leave();
    }

    @Override
    public Offer offer(Frames frames) {
        return state == State.OPEN ? carrier.offer(frames) : Offer.CLOSED;
    }

    @Override
    public boolean hasRoom() {
        return state == State.OPEN && carrier.hasRoom();
    }

    @Override
    public long queuedBytes() {
        return carrier.waiting();
    }

    @Override
    public void ping() {
        if (state == State.OPEN) {
            carrier.send(Packets.PING);
        }
    }

    @Override
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (state != State.OPEN) {
            return;
        }
        state = State.LINGERING;
        upgradable = false;
        byte[] last = dialect == null ? null : dialect.lastWords(code, reason);
        if (last != null) {
            carrier.send(last);
        }
        leave();
        if (last == null) {
            end(code, reason);
            return;
        }
        boolean reachable = carrier.reachesClient();
        if (!reachable) {
            carrier.send(Packets.CLOSE);
        }
        long lingerMs = reachable ? LINGER_MS : LINGER_POLLED_MS;
        var unused = home.executor().schedule(() -> end(code, reason), lingerMs, TimeUnit.MILLISECONDS);
    }

    private void end(CloseCode code, String reason) {
        carrier.close(code, reason);
        gone();
    }
}
