package dev.tidings.socketio;

import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.limits.TokenBucket;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import java.util.List;
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

    /** How often a poll is looked for that keeps a client from changing over. */
    private static final long RELEASE_MS = 100;

    /** How long a WebSocket may take to become the transport. */
    private static final long UPGRADE_MS = 10_000;

    private final String sid;
    private final SocketIoLoop home;
    private final EngineSettings settings;
    private final PollQueue polled;
    private final TokenBucket signs;
    private final AtomicBoolean posting = new AtomicBoolean();
    private final Place place;
    private @Nullable Session session;
    private @Nullable SocketIoDialect dialect;
    private @Nullable EngineSocket socket;
    private @Nullable EngineSocket candidate;
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
        this.polled = new PollQueue(home, settings.queueBytes(), this::gone);
        this.signs = new TokenBucket(settings.messagesPerSecond(), settings.burst(), System::nanoTime);
    }

    /** Says what the client has to know, and hands what it says to its session. */
    void open(Session begun, SocketIoDialect speaking, @Nullable EngineSocket carrier) {
        session = begun;
        dialect = speaking;
        socket = carrier;
        upgradable = carrier == null;
        send(settings.open(sid, carrier == null));
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
        if (state == State.GONE || socket != null) {
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
        if (polled.release(poll) && socket == null) {
            gone();
        }
    }

    /** A body came. */
    void posted(String payload) {
        EnginePacket.cut(payload, text -> {
            if (state == State.OPEN) {
                take(text);
            }
            return state == State.OPEN;
        });
    }

    /** A WebSocket was opened for it, and is to become its transport. */
    void attach(EngineSocket offered) {
        if (state != State.OPEN || candidate != null || socket != null) {
            offered.close(CloseCode.NORMAL, null);
            return;
        }
        upgradable = false;
        candidate = offered;
        var unused = home.executor().schedule(() -> drop(offered), UPGRADE_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void text(EngineSocket from, String text) {
        if (state != State.OPEN) {
            return;
        }
        if (from.equals(socket)) {
            take(text);
        } else if (from.equals(candidate)) {
            probe(from, text);
        }
    }

    private void probe(EngineSocket from, String text) {
        if (text.equals("2probe")) {
            from.tell(Packets.PROBED);
            releasePolls(from);
        } else if (text.equals("5")) {
            candidate = null;
            socket = from;
            List<byte[]> moved = polled.drain();
            if (polled.isPolled()) {
                polled.add(Packets.NOOP);
            }
            moved.forEach(from::tell);
        } else {
            drop(from);
        }
    }

    /** A client changes over when its last poll has been answered. It may poll again before it has read that it can. */
    private void releasePolls(EngineSocket probing) {
        if (probing.equals(candidate)) {
            if (polled.isPolled() && polled.isEmpty()) {
                polled.add(Packets.NOOP);
            }
            var unused = home.executor().schedule(() -> releasePolls(probing), RELEASE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void drop(EngineSocket dropped) {
        if (dropped.equals(candidate)) {
            candidate = null;
            upgradable = state == State.OPEN;
            dropped.close(CloseCode.NORMAL, "no upgrade");
        }
    }

    @Override
    public void binary(EngineSocket from) {
        if (state == State.OPEN && from.equals(socket)) {
            heard();
            bytes();
        }
    }

    @Override
    public void gone(EngineSocket from) {
        if (from.equals(socket)) {
            gone();
        } else {
            drop(from);
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
        polled.finish();
        if (session != null) {
            session.closed();
        }
        if (socket != null) {
            socket.close(CloseCode.NORMAL, null);
        }
        EngineSocket unfinished = candidate;
        if (unfinished != null) {
            drop(unfinished);
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

    private void send(byte[] message) {
        if (socket != null) {
            socket.tell(message);
        } else {
            polled.add(message);
        }
    }

    @Override
    public Offer offer(Frames frames) {
        if (state != State.OPEN) {
            return Offer.CLOSED;
        }
        return socket != null ? socket.offer(frames) : polled.offer(home.form().messages(frames));
    }

    @Override
    public boolean hasRoom() {
        return state == State.OPEN && (socket != null ? socket.hasRoom() : polled.hasRoom());
    }

    @Override
    public long queuedBytes() {
        return socket != null ? socket.waiting() : polled.bytes();
    }

    @Override
    public void ping() {
        if (state == State.OPEN) {
            send(Packets.PING);
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
            send(last);
        }
        leave();
        if (last == null) {
            end(code, reason);
            return;
        }
        boolean reachable = socket != null || polled.isPolled();
        if (!reachable) {
            polled.add(Packets.CLOSE);
        }
        long lingerMs = reachable ? LINGER_MS : LINGER_POLLED_MS;
        var unused = home.executor().schedule(() -> end(code, reason), lingerMs, TimeUnit.MILLISECONDS);
    }

    private void end(CloseCode code, String reason) {
        if (socket != null) {
            socket.close(code, reason);
        }
        gone();
    }
}
