package dev.tidings.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What a roster's follower has for one loop. The loop takes everything that waits in one task. */
final class Mailbox {
    /** Changes that may wait for a loop. */
    private static final int CAPACITY = 100_000;

    private final Executor loop;
    private final Runnable drain;
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** What a loop can be told; see {@link Roster.Follower}. */
    sealed interface Notice {
        record Changed(int shard, long reached, List<Change> changes) implements Notice {}

        record Lost(int shard, long reached, boolean returning) implements Notice {}
    }

    /** @param drain takes everything; run on the loop */
    Mailbox(Executor loop, Runnable drain) {
        this.loop = loop;
        this.drain = drain;
    }

    /** Safe on any thread. */
    void offer(Notice notice) {
        int size = size(notice);
        if (waiting.addAndGet(size) > CAPACITY + size && notice instanceof Notice.Changed changed) {
            waiting.addAndGet(1 - size);
            notices.add(new Notice.Lost(changed.shard(), changed.reached(), false));
        } else {
            notices.add(notice);
        }
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(drain);
        }
    }

    /** Everything that waits, in order. */
    List<Notice> takeAll() {
        // Before taking, so that what arrives from now on schedules the next drain.
        scheduled.set(false);
        List<Notice> taken = new ArrayList<>();
        Notice next;
        while ((next = notices.poll()) != null) {
            waiting.addAndGet(-size(next));
            taken.add(next);
        }
        return taken;
    }

    private static int size(Notice notice) {
        return notice instanceof Notice.Changed changed ? 1 + changed.changes().size() : 1;
    }
}
