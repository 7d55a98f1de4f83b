package dev.tidings.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands that other instances gave to handlers here. When such an instance dies, its caller is gone, too; but how the command
 * ended is written down, which nobody else could do. What the instance wrote before it died is not written twice: the id of the
 * event follows from that of the command. Safe on any thread.
 */
final class Orphans {
    /** Longer than it takes to notice that an instance is gone. */
    private static final long LINGER_MS = 15_000;

    private static final int MOST = 20_000;

    private final Audit audit;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    private final Map<String, Taken> taken = new HashMap<>();

    private static final class Taken {
        private final String from;
        private final Command command;
        private final int timeoutMs;
        private final long takenNanos = System.nanoTime();
        private Future<?> expiry;
        private @Nullable Answer answer;
        private boolean orphaned;

        Taken(String from, Command command, int timeoutMs, Future<?> expiry) {
            this.from = from;
            this.command = command;
            this.timeoutMs = timeoutMs;
            this.expiry = expiry;
        }
    }

    Orphans(Audit audit, ScheduledExecutorService timer) {
        this.audit = audit;
        this.timer = timer;
    }

    /** An instance has given a command away, and a handler here is about to get it. Beyond 20 000 they are not looked after. */
    synchronized void take(String from, Command command, int timeoutMs) {
        if (taken.size() < MOST) {
            Future<?> expiry = timer.schedule(() -> expire(command.id()), LINGER_MS + timeoutMs, TimeUnit.MILLISECONDS);
            taken.put(command.id(), new Taken(from, command, timeoutMs, expiry));
        }
    }

    /** No handler here could be given it. */
    synchronized void untake(String command) {
        Taken not = taken.remove(command);
        if (not != null) {
            not.expiry.cancel(false);
        }
    }

    /** Its handler has answered. */
    void answered(String command, Answer answer) {
        Taken ended;
        synchronized (this) {
            ended = taken.get(command);
            if (ended == null) {
                return;
            }
            ended.answer = answer;
            ended.expiry.cancel(false);
            if (ended.orphaned) {
                taken.remove(command);
            } else {
                // Its instance may be dead and nobody know it yet.
                ended.expiry = timer.schedule(() -> expire(command), LINGER_MS, TimeUnit.MILLISECONDS);
            }
        }
        if (ended.orphaned) {
            write(ended, answer);
        }
    }

    /** An instance is gone. */
    void left(String instance) {
        List<Taken> ended = new ArrayList<>();
        synchronized (this) {
            for (Taken each : taken.values()) {
                if (each.from.equals(instance)) {
                    each.orphaned = true;
                    if (each.answer != null) {
                        ended.add(each);
                    }
                }
            }
            ended.forEach(each -> untake(each.command.id()));
        }
        for (Taken each : ended) {
            write(each, each.answer);
        }
    }

    private void expire(String command) {
        Taken expired;
        synchronized (this) {
            expired = taken.remove(command);
        }
        if (expired != null && expired.orphaned) {
            write(expired, null);
        }
    }

    private void write(Taken ended, @Nullable Answer answer) {
        Answer last = answer == null ? Answer.late(ended.timeoutMs) : answer;
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended.takenNanos);
        audit.completed(ended.command, last.result(), last.handler(), ms);
    }
}
