package dev.tidings.socketio;

import dev.tidings.protocol.CloseCode;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket that is to become what carries a connection that is polled: its client tries it, lets its last poll be answered,
 * and says that it changes over. Used on the connection's loop only.
 */
final class Upgrade {
    /** How long it may take. */
    private static final long LIMIT_MS = 10_000;

    /** How often a poll is looked for that keeps a client from changing over. */
    private static final long RELEASE_MS = 100;

    private final SocketIoLoop home;
    private final EngineSocket socket;
    private final PollQueue polled;
    private final Runnable failed;
    private State state = State.OFFERED;

    private enum State {
        OFFERED,
        TRIED,
        OVER
    }

    /** @param failed hears once when it comes to nothing */
    Upgrade(SocketIoLoop home, EngineSocket socket, PollQueue polled, Runnable failed) {
        this.home = home;
        this.socket = socket;
        this.polled = polled;
        this.failed = failed;
        var unused = home.executor().schedule(() -> end(), LIMIT_MS, TimeUnit.MILLISECONDS);
    }

    boolean isOf(EngineSocket other) {
        return socket.equals(other);
    }

    /** Takes what came by the WebSocket; true when that is the transport from now on. */
    boolean take(String text) {
        if (state == State.OFFERED && text.equals("2probe")) {
            state = State.TRIED;
            socket.tell(Packets.PROBED);
            releasePolls();
            return false;
        }
        if (state == State.TRIED && text.equals("5")) {
            state = State.OVER;
            return true;
        }
        end();
        return false;
    }

    /** A client may poll again before it has read that it can change over. */
    private void releasePolls() {
        if (state == State.TRIED) {
            if (polled.isPolled() && polled.isEmpty()) {
                polled.add(Packets.NOOP);
            }
            var unused = home.executor().schedule(this::releasePolls, RELEASE_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** It comes to nothing, if it has not come to something. */
    void end() {
        if (state != State.OVER) {
            state = State.OVER;
            socket.close(CloseCode.NORMAL, "no upgrade");
            failed.run();
        }
    }
}
