package dev.tidings.log.sqlite;

import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Retention;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts batches into the file: all that wait when its thread is free become one transaction, and so share one flush to disk.
 *
 * <p>A batch that waits longer than the timeout, or finds too many before it, is refused and will not be stored. What has
 * become of a batch that the thread has begun with is said when it is known, however slow the disk is.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Writer.class);

    /** How many drafts may wait. */
    private static final int CAPACITY = 50_000;

    /** From how many drafts on a transaction takes no further batch. */
    private static final int ENOUGH = 4096;

    /** How many events a transaction may delete that has nothing else to do. */
    private static final int SLICE = 1000;

    private static final long OVERDUE_CHECK_MS = 100;
    private static final long IDLE_MS = 1000;

    private final Database database;
    private final SqliteSettings settings;
    private final Retention.Policy retention;
    private final Visits visits;
    private final Clock clock;
    private final Trimming trimming;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingDrafts = new AtomicInteger();
    private final List<EventLog.Follower> followers = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "tidings-log-writer");
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tidings-log-timer").factory());
    private volatile boolean closed;

    /** Whether more is to be deleted than was so far. Of the thread. */
    private boolean behind;

    /** Whether the last transaction failed. Of the thread. */
    private boolean failing;

    /** A batch that nobody has begun with; whoever claims it completes its answer. */
    private record Waiting(
            List<Draft> drafts, long sinceNanos, AtomicBoolean claimed, CompletableFuture<List<Appended>> answer) {
        static Waiting of(List<Draft> drafts) {
            return new Waiting(List.copyOf(drafts), System.nanoTime(), new AtomicBoolean(), new CompletableFuture<>());
        }

        boolean claim() {
            return claimed.compareAndSet(false, true);
        }
    }

    Writer(Database database, SqliteSettings settings, Retention.Policy retention, Visits visits, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.retention = retention;
        this.visits = visits;
        this.clock = clock;
        this.trimming = new Trimming(retention, visits, clock.millis());
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
        var unused = timer.scheduleWithFixedDelay(
                this::refuseOverdue, OVERDUE_CHECK_MS, OVERDUE_CHECK_MS, TimeUnit.MILLISECONDS);
    }

    CompletionStage<List<Appended>> append(List<Draft> drafts) {
        if (closed) {
            return CompletableFuture.failedStage(new LogUnavailable("the log is closed"));
        }
        if (waitingDrafts.addAndGet(drafts.size()) > CAPACITY) {
            waitingDrafts.addAndGet(-drafts.size());
            return CompletableFuture.failedStage(new LogUnavailable("too much is waiting to be written to disk"));
        }
        Waiting batch = Waiting.of(drafts);
        waiting.add(batch);
        return batch.answer();
    }

    void follow(EventLog.Follower follower) {
        followers.add(follower);
    }

    private void refuseOverdue() {
        long before = System.nanoTime() - settings.timeout().toNanos();
        Waiting first = waiting.peek();
        while (first != null && first.sinceNanos() - before < 0) {
            if (waiting.remove(first)) {
                refuse(first, new LogUnavailable("the disk that the log is on does not keep up"));
            }
            first = waiting.peek();
        }
    }

    private void refuse(Waiting batch, LogUnavailable why) {
        if (batch.claim()) {
            waitingDrafts.addAndGet(-batch.drafts().size());
            batch.answer().completeExceptionally(why);
        }
    }

    private void run() {
        while (!closed) {
            List<Waiting> group = take();
            if (group.isEmpty()) {
                trim();
            } else {
                write(group);
            }
        }
    }

    /** All that waits, up to a bound; nothing when nothing comes for a while. */
    private List<Waiting> take() {
        List<Waiting> group = new ArrayList<>();
        int drafts = 0;
        Waiting next = await();
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

    private @Nullable Waiting await() {
        try {
            return waiting.poll(behind ? 0 : IDLE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody does that; close() has a way of its own.
            return null;
        }
    }

    private void write(List<Waiting> group) {
        List<List<Appended>> answers = new ArrayList<>(group.size());
        List<Event> events;
        try {
            database.begin();
            Numbering numbering = Numbering.read(database);
            Transaction transaction = new Transaction(database, retention, visits, numbering, clock.millis());
            for (Waiting batch : group) {
                answers.add(transaction.append(batch.drafts()));
            }
            transaction.save();
            events = transaction.events();
            // As fast as events come, or the file would grow.
            behind = trimming.run(database, clock.millis(), 2 * events.size());
            database.commit();
        } catch (SQLException e) {
            database.rollback();
            LogUnavailable unavailable = Database.unavailable(e);
            noteFailure(unavailable);
            group.forEach(batch -> batch.answer().completeExceptionally(unavailable));
            if (Database.isFull(e)) {
                makeRoom();
            }
            return;
        } catch (RuntimeException e) {
            database.rollback();
            group.forEach(batch -> batch.answer().completeExceptionally(e));
            return;
        }
        noteSuccess();
        tell(events);
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().complete(answers.get(i));
        }
    }

    /** What the write-ahead log takes may be had again, and what can be let go of. */
    private void makeRoom() {
        try {
            var unused = database.number("PRAGMA wal_checkpoint");
        } catch (SQLException e) {
            LOG.debugf("no room by a checkpoint: %s", e.getMessage());
        }
        trim();
    }

    private void trim() {
        try {
            database.begin();
            behind = trimming.run(database, clock.millis(), SLICE);
            database.commit();
        } catch (SQLException e) {
            database.rollback();
            behind = false;
            noteFailure(Database.unavailable(e));
        }
    }

    private void tell(List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        for (EventLog.Follower follower : followers) {
            try {
                follower.appended(0, events);
            } catch (RuntimeException e) {
                LOG.error("a follower of the log failed", e);
            }
        }
    }

    private void noteFailure(LogUnavailable why) {
        if (!failing) {
            failing = true;
            LOG.warnf("%s: %s", settings.file(), why.getMessage());
        }
    }

    private void noteSuccess() {
        if (failing) {
            failing = false;
            LOG.infof("%s: the log can be written again", settings.file());
        }
    }

    /** Ends when the transaction is committed that is open now. */
    @Override
    public void close() {
        closed = true;
        Waiting wakeUp = Waiting.of(List.of());
        wakeUp.claim();
        waiting.add(wakeUp);
        timer.shutdownNow();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.forEach(batch -> refuse(batch, new LogUnavailable("the log is closed")));
        database.close();
    }
}
