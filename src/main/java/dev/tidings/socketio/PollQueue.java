package dev.tidings.socketio;

import dev.tidings.hub.Subscriber.Offer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What waits for a client that polls, and the poll that waits for it. Used on the connection's loop only. */
final class PollQueue {
    private final SocketIoLoop home;
    private final long limit;
    private final Runnable lost;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;

    /** Bytes of answers that were given and not sent yet. */
    private long underWay;

    private @Nullable Poll poll;
    private boolean answerScheduled;

    /**
     * @param limit how many bytes may wait
     * @param lost hears that an answer did not reach the client: what was in it is gone
     */
    PollQueue(SocketIoLoop home, long limit, Runnable lost) {
        this.home = home;
        this.limit = limit;
        this.lost = lost;
    }

    /** Takes messages to be sent, in order; a message longer than the queue when little waits. */
    Offer offer(List<byte[]> messages) {
        long bytes = 0;
        for (byte[] message : messages) {
            bytes += message.length + 1L;
        }
        if (bytes() > limit / 2 && bytes() + bytes > limit) {
            return Offer.FULL;
        }
        messages.forEach(this::add);
        return Offer.ACCEPTED;
    }

    /** Takes a message that has to be sent whatever waits. */
    void add(byte[] message) {
        waiting.add(message);
        waitingBytes += message.length + 1L;
        // Not at once: more may come in this pass of the loop, and goes into the same answer.
        if (poll != null && !answerScheduled) {
            answerScheduled = true;
            home.executor().execute(this::answer);
        }
    }

    boolean isPolled() {
        return poll != null;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long bytes() {
        return waitingBytes + underWay;
    }

    boolean hasRoom() {
        return bytes() < limit / 2;
    }

    /** A poll waits from now on; it is answered at once when there is something. */
    void hold(Poll next) {
        poll = next;
        answer();
    }

    /** The request of a poll is over; true when that had not been answered. */
    boolean release(Poll gone) {
        boolean unanswered = gone.equals(poll);
        if (unanswered) {
            poll = null;
        }
        return unanswered;
    }

    /** Answers a poll that waits with all that there is, and that it was the last. */
    void finish() {
        if (poll != null) {
            waiting.add(Packets.CLOSE);
            waitingBytes += Packets.CLOSE.length + 1L;
            answer();
        }
    }

    private void answer() {
        answerScheduled = false;
        Poll answered = poll;
        if (answered == null || waiting.isEmpty()) {
            return;
        }
        poll = null;
        Buffer payload = Buffer.buffer(Math.toIntExact(waitingBytes));
        byte[] message;
        while ((message = waiting.poll()) != null) {
            if (payload.length() > 0) {
                payload.appendByte((byte) EnginePacket.SEPARATOR);
            }
            payload.appendBytes(message);
        }
        long bytes = waitingBytes;
        waitingBytes = 0;
        underWay += bytes;
        answered.answer(payload, sent -> home.run(() -> sent(bytes, sent)));
    }

    private void sent(long bytes, boolean success) {
        underWay -= bytes;
        if (!success) {
            lost.run();
        }
    }

    /** Takes what waits away, to be sent otherwise. */
    List<byte[]> drain() {
        List<byte[]> all = List.copyOf(waiting);
        waiting.clear();
        waitingBytes = 0;
        return all;
    }
}
