package dev.tidings.command;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command whose caller waits on this instance. It is at one instance at a time, or at none. Safe on any thread. */
final class Pending {
    private final Command command;
    private final String caller;
    private final long begun = System.nanoTime();
    private final int timeoutMs;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** Instances that have been asked and have not taken it. */
    private final Set<String> tried = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Future<?> deadline;
    private volatile boolean busy;
    private @Nullable String at;
    private boolean ended;

    Pending(Command command, String caller, int timeoutMs) {
        this.command = command;
        this.caller = caller;
        this.timeoutMs = timeoutMs;
    }

    Command command() {
        return command;
    }

    String caller() {
        return caller;
    }

    int timeoutMs() {
        return timeoutMs;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    long elapsedNanos() {
        return System.nanoTime() - begun;
    }

    /** How long is left, at least 1 ms. */
    long remainingMs() {
        return Math.max(1, timeoutMs - TimeUnit.NANOSECONDS.toMillis(elapsedNanos()));
    }

    void endsAt(Future<?> timer) {
        deadline = timer;
    }

    Set<String> tried() {
        return tried;
    }

    /** True when there was a handler that had too much to do. */
    boolean isBusy() {
        return busy;
    }

    /** An instance is about to be asked; false when it has ended meanwhile. */
    synchronized boolean giveTo(String instance) {
        at = ended ? null : instance;
        return !ended;
    }

    synchronized boolean isAt(String instance) {
        return instance.equals(at);
    }

    /** The instance that has been asked has not taken it; false when it is not there, or has ended. */
    synchronized boolean notTaken(String instance, LocalHandlers.Given why) {
        if (!isAt(instance)) {
            return false;
        }
        at = null;
        tried.add(instance);
        busy |= why == LocalHandlers.Given.BUSY;
        return true;
    }

    /** It has ended; answers where it was. */
    @Nullable
    String end() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        synchronized (this) {
            String was = at;
            at = null;
            ended = true;
            return was;
        }
    }
}
