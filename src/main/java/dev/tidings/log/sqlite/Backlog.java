package dev.tidings.log.sqlite;

import dev.tidings.event.Draft;
import dev.tidings.log.Appended;
import dev.tidings.log.LogUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait to be written. One that waits longer than the timeout, finds too many before it, or is still there at
 * the end is refused, and nobody takes it then: every answer is given once.
 */
final class Backlog implements AutoCloseable {
    /** How many drafts may wait. */
    private static final int CAPACITY = 50_000;

    /** From how many drafts on no further batch is taken along. */
    private static final int ENOUGH = 4096;

    private static final long OVERDUE_CHECK_MS = 100;

    private final Duration timeout;
    private final BlockingQueue<Batch> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingDrafts = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tidings-log-timer").factory());
    private volatile boolean closed;

    /** Whoever claims it completes its answer. */
    record Batch(List<Draft> drafts, long sinceNanos, AtomicBoolean claimed, CompletableFuture<List<Appended>> answer) {
        static Batch of(List<Draft> drafts) {
            return new Batch(List.copyOf(drafts), System.nanoTime(), new AtomicBoolean(), new CompletableFuture<>());
        }

        boolean claim() {
            return claimed.compareAndSet(false, true);
        }
    }

    Backlog(Duration timeout) {
        this.timeout = timeout;
    }

    /** Begins to refuse what waits too long. */
    void start() {
        var unused = timer.scheduleWithFixedDelay(
                this::refuseOverdue, OVERDUE_CHECK_MS, OVERDUE_CHECK_MS, TimeUnit.MILLISECONDS);
    }

    CompletionStage<List<Appended>> add(List<Draft> drafts) {
        if (waitingDrafts.addAndGet(drafts.size()) > CAPACITY) {
            waitingDrafts.addAndGet(-drafts.size());
            return CompletableFuture.failedStage(new LogUnavailable("too much is waiting to be written to disk"));
        }
        Batch batch = Batch.of(drafts);
        waiting.add(batch);
        if (closed) {
            // Perhaps too late for close() to have seen it.
            refuse(batch, "the log is closed");
        }
        return batch.answer();
    }

    /**
     * Takes all that waits, up to a bound. The answers are up to the caller.
     *
     * @param patienceMs how long to wait for something; then, and at the end, there is nothing
     */
    List<Batch> take(long patienceMs) {
        List<Batch> group = new ArrayList<>();
        int drafts = 0;
        Batch next = await(patienceMs);
        while (next != null) {
            if (next.claim()) {
                group.add(next);
                drafts += next.drafts().size();
            }
            next = drafts < ENOUGH ? waiting.poll() : null;
        }
        waitingDrafts.addAndGet(-drafts);
        return group;
    }

    private @Nullable Batch await(long patienceMs) {
        try {
            return waiting.poll(patienceMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody does that; close() has a way of its own.
            return null;
        }
    }

    private void refuseOverdue() {
        long before = System.nanoTime() - timeout.toNanos();
        Batch first = waiting.peek();
        while (first != null && first.sinceNanos() - before < 0) {
            if (waiting.remove(first)) {
                refuse(first, "the disk that the log is on does not keep up");
            }
            first = waiting.peek();
        }
    }

    private void refuse(Batch batch, String why) {
        if (batch.claim()) {
            waitingDrafts.addAndGet(-batch.drafts().size());
            batch.answer().completeExceptionally(new LogUnavailable(why));
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Has whoever waits for something look elsewhere. */
    void wake() {
        Batch nothing = Batch.of(List.of());
        nothing.claim();
        waiting.add(nothing);
    }

    /** Refuses what waits, and what comes from now on, and wakes whoever waits for something. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        waiting.forEach(batch -> refuse(batch, "the log is closed"));
        wake();
    }
}
