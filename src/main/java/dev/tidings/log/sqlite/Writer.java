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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/**
 * Puts batches into the file: all that wait when its thread is free become one transaction, and so share one flush to disk.
 * What has become of a batch that the thread has begun with is said when it is known, however slow the disk is.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Writer.class);

    /** How many events a transaction may delete that has nothing else to do. */
    private static final int SLICE = 1000;

    private static final long IDLE_MS = 1000;

    /** How many other changes share a transaction. */
    private static final int MOST_CHANGES = 8;

    private final Database database;
    private final SqliteSettings settings;
    private final Retention.Policy retention;
    private final Visits visits;
    private final Clock clock;
    private final Trimming trimming;
    private final Backlog backlog;
    private final Queue<Change<?>> changes = new ConcurrentLinkedQueue<>();
    private final List<EventLog.Follower> followers = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "tidings-log-writer");

    /** Whether more is to be deleted than was so far. Of the thread. */
    private boolean behind;

    /** Whether the last transaction failed. Of the thread. */
    private boolean failing;

    Writer(Database database, SqliteSettings settings, Retention.Policy retention, Visits visits, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.retention = retention;
        this.visits = visits;
        this.clock = clock;
        this.trimming = new Trimming(retention, visits, clock.millis());
        this.backlog = new Backlog(settings.timeout());
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
        backlog.start();
    }

    /** Refused when it waits longer than the timeout, or finds too much before it; it will not be stored then. */
    CompletionStage<List<Appended>> append(List<Draft> drafts) {
        return backlog.add(drafts);
    }

    /** Writes something that is no event, together with whatever else is to be written. */
    <T> CompletableFuture<T> change(Change.Work<T> work) {
        Change<T> change = new Change<>(work, new CompletableFuture<>());
        changes.add(change);
        if (backlog.isClosed()) {
            // Perhaps too late for close() to have seen it.
            refuseChanges(new LogUnavailable("the log is closed"));
        } else {
            backlog.wake();
        }
        return change.answer();
    }

    void follow(EventLog.Follower follower) {
        followers.add(follower);
    }

    private void run() {
        while (!backlog.isClosed()) {
            List<Backlog.Batch> group = backlog.take(behind || !changes.isEmpty() ? 0 : IDLE_MS);
            if (group.isEmpty() && changes.isEmpty()) {
                trim();
            } else {
                write(group);
            }
        }
    }

    private void write(List<Backlog.Batch> group) {
        List<List<Appended>> answers = new ArrayList<>(group.size());
        List<Change<?>> others = takeChanges();
        List<Runnable> confirmations = new ArrayList<>(others.size());
        List<Event> events;
        try {
            database.begin();
            Numbering numbering = Numbering.read(database);
            Transaction transaction = new Transaction(database, retention, visits, numbering, clock.millis());
            for (Backlog.Batch batch : group) {
                answers.add(transaction.append(batch.drafts()));
            }
            transaction.save();
            events = transaction.events();
            for (Change<?> change : others) {
                confirmations.add(change.run(database));
            }
            // As fast as events come, or the file would grow.
            behind = trimming.run(database, clock.millis(), 2 * events.size());
            database.commit();
        } catch (SQLException e) {
            database.rollback();
            LogUnavailable unavailable = Database.unavailable(e);
            noteFailure(unavailable);
            fail(group, others, unavailable);
            if (Database.isFull(e)) {
                makeRoom();
            }
            return;
        } catch (RuntimeException e) {
            database.rollback();
            fail(group, others, e);
            return;
        }
        noteSuccess();
        tell(events);
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().complete(answers.get(i));
        }
        confirmations.forEach(Runnable::run);
    }

    private List<Change<?>> takeChanges() {
        List<Change<?>> taken = new ArrayList<>();
        Change<?> next = changes.poll();
        while (next != null) {
            taken.add(next);
            next = taken.size() < MOST_CHANGES ? changes.poll() : null;
        }
        return taken;
    }

    private static void fail(List<Backlog.Batch> group, List<Change<?>> others, RuntimeException why) {
        group.forEach(batch -> batch.answer().completeExceptionally(why));
        others.forEach(change -> change.answer().completeExceptionally(why));
    }

    private void refuseChanges(LogUnavailable why) {
        Change<?> next = changes.poll();
        while (next != null) {
            next.answer().completeExceptionally(why);
            next = changes.poll();
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
        } catch (RuntimeException e) {
            // The thread has to go on, for those who append.
            database.rollback();
            behind = false;
            LOG.error("what is not retained any longer could not be deleted", e);
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

    /** Ends when the transaction is committed that is open now; what waits is refused. */
    @Override
    public void close() {
        backlog.close();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuseChanges(new LogUnavailable("the log is closed"));
        database.close();
    }
}
