package dev.tidings.presence;

import dev.tidings.log.LogUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Those who wait until a room's view has got somewhere, but not for ever. Used on one loop's thread only. */
final class Waiters {
    private static final long PATIENCE_MS = 2000;

    private final ScheduledExecutorService loop;
    private final Progress progress;
    private final List<Waiter> waiting = new ArrayList<>();

    /** Tells whether a room's view contains all changes up to a place. */
    interface Progress {
        boolean hasReached(Room room, long sequence);
    }

    private record Waiter(Room room, long sequence, CompletableFuture<Void> done) {}

    Waiters(ScheduledExecutorService loop, Progress progress) {
        this.loop = loop;
        this.progress = progress;
    }

    /** Completes when the view is there: at once, later, or, with {@link LogUnavailable}, when it took too long. */
    CompletableFuture<Void> await(Room room, long sequence) {
        if (progress.hasReached(room, sequence)) {
            return CompletableFuture.completedFuture(null);
        }
        Waiter waiter = new Waiter(room, sequence, new CompletableFuture<>());
        waiting.add(waiter);
        var unused = loop.schedule(() -> giveUp(waiter), PATIENCE_MS, TimeUnit.MILLISECONDS);
        return waiter.done();
    }

    private void giveUp(Waiter waiter) {
        if (!waiter.done().isDone() && waiting.remove(waiter)) {
            waiter.done().completeExceptionally(new LogUnavailable("who is present is not known here at the moment"));
        }
    }

    /** Has those go on whose view is there now. */
    void release() {
        List<Waiter> ready = new ArrayList<>();
        waiting.removeIf(waiter -> progress.hasReached(waiter.room(), waiter.sequence()) && ready.add(waiter));
        ready.forEach(waiter -> waiter.done().complete(null));
    }
}
