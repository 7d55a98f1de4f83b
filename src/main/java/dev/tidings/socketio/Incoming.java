package dev.tidings.socketio;

import dev.tidings.limits.TokenBucket;
import dev.tidings.protocol.CloseCode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What comes from one client: bodies, and messages of its WebSocket. Used on the connection's loop only, but for what says
 * otherwise.
 */
final class Incoming implements EngineSocket.Listener {
    private final EngineConnection connection;
    private final SocketIoLoop home;
    private final TokenBucket signs;
    private final AtomicBoolean posting = new AtomicBoolean();
    private @Nullable Upgrade upgrade;
    private long lastHeardNanos = System.nanoTime();

    /** Written here, read by requests. */
    private volatile boolean upgradable = true;

    Incoming(EngineConnection connection, SocketIoLoop home, EngineSettings settings) {
        this.connection = connection;
        this.home = home;
        this.signs = new TokenBucket(settings.messagesPerSecond(), settings.burst(), System::nanoTime);
    }

    /** True while a WebSocket may be opened for the connection. Safe on any thread. */
    boolean isUpgradable() {
        return upgradable;
    }

    /** There is a WebSocket, or there will be none any more. */
    void endUpgrades() {
        upgradable = false;
        Upgrade unfinished = upgrade;
        if (unfinished != null) {
            unfinished.end();
        }
    }

    /** Begins to read a body; false when another one is being read. Safe on any thread. */
    boolean beginPost() {
        return posting.compareAndSet(false, true);
    }

    /** Safe on any thread. */
    void endPost() {
        posting.set(false);
    }

    /** A body came. It means nothing when it comes after the WebSocket has become the transport. */
    void posted(String payload) {
        EnginePacket.cut(payload, text -> {
            boolean wanted = connection.isOpen() && !connection.carrier().isSocket();
            if (wanted) {
                take(text);
            }
            return wanted;
        });
    }

    /** A WebSocket was opened for the connection, and is to become its transport. */
    void attach(EngineSocket offered) {
        Carrier carrier = connection.carrier();
        if (!connection.isOpen() || upgrade != null || carrier.isSocket()) {
            offered.close(CloseCode.NORMAL, null);
        } else {
            upgradable = false;
            upgrade = new Upgrade(home, offered, carrier.polled(), this::noUpgrade);
        }
    }

    private void noUpgrade() {
        upgrade = null;
        upgradable = connection.isOpen();
    }

    @Override
    public void text(EngineSocket from, String text) {
        if (!connection.isOpen()) {
            return;
        }
        Upgrade tried = upgrade;
        if (connection.carrier().isSocket(from)) {
            take(text);
        } else if (tried != null && tried.isOf(from) && tried.take(text)) {
            upgrade = null;
            connection.carrier().change(from);
        }
    }

    @Override
    public void binary(EngineSocket from) {
        if (connection.isOpen() && connection.carrier().isSocket(from)) {
            lastHeardNanos = System.nanoTime();
            connection.takeBytes();
        }
    }

    @Override
    public void gone(EngineSocket from) {
        Upgrade tried = upgrade;
        if (connection.carrier().isSocket(from)) {
            connection.gone();
        } else if (tried != null && tried.isOf(from)) {
            tried.end();
        }
    }

    private void take(String text) {
        lastHeardNanos = System.nanoTime();
        EnginePacket packet;
        try {
            packet = EnginePacket.parse(text);
        } catch (BadPacket bad) {
            connection.breach(bad.why());
            return;
        }
        switch (packet.type()) {
            case MESSAGE -> connection.session().receive(packet.data());
            case BINARY -> connection.takeBytes();
            case CLOSE -> connection.gone();
            case PONG, NOOP -> {
                if (signs.tryTake() > 0) {
                    connection.session().end(CloseCode.RATE_LIMITED, CloseCode.RATE_LIMITED.reason());
                }
            }
            case OPEN, PING, UPGRADE -> connection.breach("a client does not send " + packet.type() + " here");
        }
    }

    /** By {@link System#nanoTime}. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }
}
