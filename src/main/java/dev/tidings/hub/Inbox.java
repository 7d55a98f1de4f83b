package dev.tidings.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the log's followers have for one loop. However many signals arrive before the loop comes to them, it takes them
 * all in one task: the busier the loop, the larger its batches. It comes to them last in each turn, when what else it has read
 * in that turn has been published too.
 *
 * <p>Sending is what costs, and several events to one connection cost little more than one. So after a long drain the
 * loop rests from draining for a fraction of that time: what arrives meanwhile is sent together. A loop that was idle
 * drains at once.
 */
final class Inbox {
    /** Events that may wait for a loop, about a second's worth at full speed. */
    private static final int CAPACITY = 100_000;

    private static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ScheduledExecutorService loop;
    private final Executor endOfTurn;
    private final Runnable drain;
    private final Queue<Signal> signals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile long restUntilNanos = System.nanoTime();

    /** What a loop can be told. */
    sealed interface Signal {
        /** New events of a shard, in order. */
        record Events(int shard, List<Outgoing> events) implements Signal {}

        /** Events of a shard have passed unheard. */
        record Lost(int shard) implements Signal {}
    }

    /**
     * @param endOfTurn runs what it is given on the loop, after what the loop has to do anyhow
     * @param drain takes everything; run on the loop
     */
    Inbox(ScheduledExecutorService loop, Executor endOfTurn, Runnable drain) {
        this.loop = loop;
        this.endOfTurn = endOfTurn;
        this.drain = drain;
    }

    void offer(Signal signal) {
        int size = size(signal);
        if (waiting.addAndGet(size) > CAPACITY + size && signal instanceof Signal.Events events) {
            waiting.addAndGet(1 - size);
            signals.add(new Signal.Lost(events.shard()));
        } else {
            signals.add(signal);
        }
        if (scheduled.compareAndSet(false, true)) {
            long rest = restUntilNanos - System.nanoTime();
            if (rest <= 0) {
                endOfTurn.execute(drain);
            } else {
                var unused = loop.schedule(() -> endOfTurn.execute(drain), rest, TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Notes that a drain has ended, and how long it took. */
    void drained(long nanos) {
        restUntilNanos = System.nanoTime() + Math.min(nanos / 2, LONGEST_REST_NANOS);
    }

    /** Everything that waits, in order. */
    List<Signal> takeAll() {
        // Before taking, so that what arrives from now on schedules the next drain.
        scheduled.set(false);
        List<Signal> taken = new ArrayList<>();
        Signal next;
        while ((next = signals.poll()) != null) {
            waiting.addAndGet(-size(next));
            taken.add(next);
        }
        return taken;
    }

    private static int size(Signal signal) {
        return signal instanceof Signal.Events events ? events.events().size() : 1;
    }
}
