package dev.tidings.device;

import dev.tidings.event.ChannelKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Has what is done with one device done one after the other, and never waits for it: devices do not delay each other. Safe on
 * any thread.
 */
final class Turns {
    private static final Logger LOG = Logger.getLogger(Turns.class);

    /** How many may wait for a device. */
    static final int MOST_WAITING = 32;

    /** A device with an entry is busy; what waits for it is in the queue. */
    private final Map<ChannelKey, Deque<Supplier<CompletionStage<Void>>>> busy = new HashMap<>();

    /**
     * Takes a turn now or later.
     *
     * @param work answers a stage that completes, however, when the turn is over
     * @return false when too many wait already
     */
    boolean take(ChannelKey device, Supplier<CompletionStage<Void>> work) {
        return begin(device, work, MOST_WAITING);
    }

    /** Takes a turn, however many wait: for what comes once for a device at most. */
    void takeAlways(ChannelKey device, Supplier<CompletionStage<Void>> work) {
        begin(device, work, Integer.MAX_VALUE);
    }

    /** Takes a turn now, or not at all; false when the device is busy. */
    boolean takeNow(ChannelKey device, Supplier<CompletionStage<Void>> work) {
        return begin(device, work, 0);
    }

    private boolean begin(ChannelKey device, Supplier<CompletionStage<Void>> work, int mostWaiting) {
        synchronized (busy) {
            Deque<Supplier<CompletionStage<Void>>> waiting = busy.get(device);
            if (waiting != null) {
                return waiting.size() < mostWaiting && waiting.add(work);
            }
            busy.put(device, new ArrayDeque<>(2));
        }
        run(device, work);
        return true;
    }

    private void run(ChannelKey device, Supplier<CompletionStage<Void>> work) {
        CompletionStage<Void> turn;
        try {
            turn = work.get();
        } catch (RuntimeException fault) {
            LOG.errorf(fault, "what was to be done with %s failed", device);
            next(device);
            return;
        }
        var unused = turn.whenComplete((done, failure) -> next(device));
    }

    private void next(ChannelKey device) {
        Supplier<CompletionStage<Void>> next;
        synchronized (busy) {
            Deque<Supplier<CompletionStage<Void>>> waiting = busy.get(device);
            next = waiting == null ? null : waiting.poll();
            if (next == null) {
                busy.remove(device);
                return;
            }
        }
        run(device, next);
    }
}
