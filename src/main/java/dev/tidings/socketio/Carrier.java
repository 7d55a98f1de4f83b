package dev.tidings.socketio;

import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.Frames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What brings messages to a client: its polls, or its WebSocket. Used on the connection's loop only. */
final class Carrier {
    private final SocketIoLoop home;
    private final PollQueue polled;
    private @Nullable EngineSocket socket;

    /**
     * @param queueBytes how many bytes may wait for polls
     * @param lost hears that something did not reach the client
     */
    Carrier(SocketIoLoop home, long queueBytes, Runnable lost) {
        this.home = home;
        this.polled = new PollQueue(home, queueBytes, lost);
    }

    PollQueue polled() {
        return polled;
    }

    boolean isSocket() {
        return socket != null;
    }

    boolean isSocket(EngineSocket other) {
        return other.equals(socket);
    }

    /** From now on it is a WebSocket, which is sent what has waited for polls; a poll that waits is answered. */
    void change(EngineSocket to) {
        socket = to;
        List<byte[]> moved = polled.drain();
        if (polled.isPolled()) {
            polled.add(Packets.NOOP);
        }
        moved.forEach(to::tell);
    }

    /** True when what is sent now is on its way at once. */
    boolean reachesClient() {
        return socket != null || polled.isPolled();
    }

    /** Sends something that is not bounded by what waits: small, and not often. */
    void send(byte[] message) {
        if (socket != null) {
            socket.tell(message);
        } else {
            polled.add(message);
        }
    }

    Offer offer(Frames frames) {
        return socket != null ? socket.offer(frames) : polled.offer(home.form().messages(frames));
    }

    boolean hasRoom() {
        return socket != null ? socket.hasRoom() : polled.hasRoom();
    }

    /** How many bytes wait to be sent. */
    long waiting() {
        return socket != null ? socket.waiting() : polled.bytes();
    }

    void close(CloseCode code, @Nullable String reason) {
        polled.finish();
        if (socket != null) {
            socket.close(code, reason);
        }
    }
}
