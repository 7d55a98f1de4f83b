package dev.tidings.operator;

import dev.tidings.auth.Revocation;
import dev.tidings.auth.Revocation.Target;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the channels that revocations are kept in: reads it when something has happened there, one reading at a time, and
 * goes on trying while the log cannot be read. Safe on any thread.
 */
final class RevocationPart {
    private static final long RETRY_MS = 250;

    private final int number;
    private final ChannelKey place;
    private final EventLog log;
    private final RevocationLog owner;
    private final OpenConnections live;
    private final Executor retries;

    /** A reading that has begun. Guarded by this, as is the one below. */
    private @Nullable CompletableFuture<Void> underWay;

    /** The reading after it, for those who cannot know whether it has what they want. */
    private @Nullable CompletableFuture<Void> next;

    /** Which numbering of the channel is known here; null before the first reading. Of the reading's thread only. */
    private volatile @Nullable String epoch;

    RevocationPart(
            int number, ChannelKey place, EventLog log, RevocationLog owner, OpenConnections live, Executor executor) {
        this.number = number;
        this.place = place;
        this.log = log;
        this.owner = owner;
        this.live = live;
        this.retries = CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS, executor);
    }

    ChannelKey place() {
        return place;
    }

    /** True when it has been read. */
    boolean isKnown() {
        return epoch != null;
    }

    /** Completes when the channel has been read as it is now, or later. */
    CompletableFuture<Void> refresh() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (underWay != null) {
                if (next == null) {
                    next = mine;
                }
                return next;
            }
            underWay = mine;
        }
        // Not while holding the lock: the log may hold one of its own, and be telling us something.
        read();
        return mine;
    }

    private void read() {
        var unused = log.read(place, Range.HEAD).whenComplete((slice, failure) -> {
            if (failure != null) {
                retries.execute(this::read);
                return;
            }
            take(slice.head());
            done();
        });
    }

    private void take(Head head) {
        Map<Target, Revocation> known = new HashMap<>();
        State state = head.state();
        if (state != null) {
            state.data()
                    .tree()
                    .properties()
                    .forEach(each ->
                            known.put(RevocationLog.target(each.getKey()), RevocationLog.read(each.getValue())));
        }
        String before = epoch;
        String now = head.newest().epoch();
        Map<Target, Revocation> missing =
                before == null || before.equals(now) ? Map.of() : owner.missing(number, known);
        known.putAll(missing);
        owner.replace(number, known);
        if (missing.isEmpty()) {
            epoch = now;
        } else {
            // The log has lost what it had. What is known here is put back; then it is read again.
            var unused = owner.store(number, missing)
                    .whenComplete((stored, failure) -> retries.execute(() -> {
                        var unusedRefresh = refresh();
                    }));
        }
        if (!known.isEmpty()) {
            live.checkAll();
        }
    }

    private void done() {
        CompletableFuture<Void> finished;
        boolean again;
        synchronized (this) {
            finished = underWay;
            underWay = next;
            next = null;
            again = underWay != null;
        }
        if (finished != null) {
            finished.complete(null);
        }
        if (again) {
            read();
        }
    }
}
