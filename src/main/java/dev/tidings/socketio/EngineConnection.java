package dev.tidings.socketio;

import dev.tidings.connection.Closing;
import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client by Engine.IO: polled at first, or by WebSocket, or by the one and then by the other. Used on its loop only, but
 * for what says otherwise.
 */
final class EngineConnection implements Transport {
    /** How long a client has to take its last message, such as why it is sent away. */
    private static final long LINGER_MS = 500;

    /** How long a client that polls has to ask for it. */
    private static final long LINGER_POLLED_MS = 5_000;

    private final String sid;
    private final SocketIoLoop home;
    private final EngineSettings settings;
    private final Carrier carrier;
    private final Incoming incoming;
    private final Place place;
    private @Nullable Session session;
    private @Nullable SocketIoDialect dialect;
    private State state = State.OPEN;

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
        this.incoming = new Incoming(this, home, settings);
    }

    /**
     * Says what the client has to know, and hands what it says to its session.
     *
     * @param socket null when it is polled
     */
    void open(Session begun, SocketIoDialect speaking, @Nullable EngineSocket socket) {
        session = begun;
        dialect = speaking;
        if (socket != null) {
            incoming.endUpgrades();
            carrier.change(socket);
        }
        carrier.send(settings.open(sid, socket == null));
    }

    /** Safe on any thread. */
    SocketIoLoop home() {
        return home;
    }

    /** What comes from the client. */
    Incoming incoming() {
        return incoming;
    }

    Carrier carrier() {
        return carrier;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** How many bytes a body may have. Safe on any thread. */
    int bodyLimit() {
        return dialect != null && dialect.isConnected() ? settings.messageBytes() : settings.unauthenticatedBytes();
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

    /** A message of bytes came. */
    void takeBytes() {
        if (dialect != null && !dialect.skip()) {
            session().receiveUnreadable("nobody announced bytes");
        }
    }

    Session session() {
        if (session == null) {
            throw new IllegalStateException("not open");
        }
        return session;
    }

    /** The client has said that it goes: what it was about to say besides is taken, and means nothing. */
    void bye() {
        if (state == State.OPEN) {
            state = State.LINGERING;
            incoming.endUpgrades();
            session().closed();
            leave();
            var unused = home.executor().schedule(() -> gone(), LINGER_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** The client has gone. */
    void gone() {
        if (state == State.GONE) {
            return;
        }
        state = State.GONE;
        incoming.endUpgrades();
        carrier.close(CloseCode.NORMAL, null);
        if (session != null) {
            session.closed();
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
        return incoming.lastHeardNanos();
    }

    @Override
    public void close(Closing closing) {
        CloseCode code = closing.code();
        String reason = closing.reason();
        if (state != State.OPEN) {
            return;
        }
        state = State.LINGERING;
        incoming.endUpgrades();
        byte[] last = dialect == null ? null : dialect.lastWords(code, reason);
        if (last != null) {
            carrier.send(last);
        }
        leave();
        boolean reachable = carrier.reachesClient();
        // What was said before, such as why it is not let in, may still wait for its client to poll.
        boolean untold = !reachable && !carrier.polled().isEmpty();
        if (last == null && !untold) {
            end(code, reason);
            return;
        }
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
