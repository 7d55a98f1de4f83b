package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What channels have had lately, in memory, for those that somebody resumed in lately: thousands who come back at once are
 * brought up to date by a few readings of the log. Safe on any thread.
 *
 * <p>A tail is begun by reading the log, and goes on with what the log tells, as long as that has no hole. It holds no more
 * than the channel retains, so whoever resumes is answered as by the log.
 */
final class RecentEvents {
    private static final int MOST_CHANNELS = 10_000;
    private static final int MOST_EVENTS = 1000;
    private static final long MOST_BYTES = 32L * 1024 * 1024;

    /** How long a tail is kept that nobody resumes in. */
    private static final long IDLE_MS = 60_000;

    private final EventLog log;
    private final Retention.Policy retention;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<ChannelKey, Tail> tails = new HashMap<>();
    private long bytes;
    private long swept;

    /** Nothing is kept: whoever appends need not look. */
    private volatile boolean empty = true;

    RecentEvents(EventLog log, Retention.Policy retention, Clock clock) {
        this.log = log;
        this.retention = retention;
        this.clock = clock;
    }

    /** What a channel has had after a place, as the log would answer it; only the head's state may be missing. */
    CompletionStage<Slice> after(ChannelKey key, Position place) {
        Tail read = null;
        Tail begun = null;
        lock.lock();
        try {
            Tail tail = tails.get(key);
            if (tail == null || !tail.isLoading()) {
                Slice known = known(tail, place);
                if (known != null) {
                    return CompletableFuture.completedStage(known);
                }
                begun = tail == null || tail.mayReachBackTo(place) ? begin(key, place) : null;
            } else if (tail.reaches(place)) {
                read = tail;
            }
        } finally {
            lock.unlock();
        }
        // The log only without the lock: it may hold one of its own when it tells of events.
        if (read != null) {
            return read.loaded().thenCompose(done -> knownOrRead(key, place));
        }
        if (begun != null) {
            Tail filled = begun;
            return readLog(key, place).whenComplete((slice, failure) -> fill(key, filled, slice));
        }
        return readLog(key, place);
    }

    private CompletionStage<Slice> knownOrRead(ChannelKey key, Position place) {
        Slice known;
        lock.lock();
        try {
            known = known(tails.get(key), place);
        } finally {
            lock.unlock();
        }
        return known == null ? readLog(key, place) : CompletableFuture.completedStage(known);
    }

    private @Nullable Slice known(@Nullable Tail tail, Position place) {
        return tail == null || tail.isLoading() ? null : tail.after(place, clock.millis());
    }

    /** Under the lock, as all that follows; null when there is no room. */
    private @Nullable Tail begin(ChannelKey key, Position place) {
        Retention kept = retention.of(key.channel().namespace());
        int most = Math.min(kept.size(), MOST_EVENTS);
        remove(key);
        if (most == 0 || tails.size() >= MOST_CHANNELS || bytes >= MOST_BYTES) {
            return null;
        }
        Tail begun = new Tail(place, most, kept.age().toMillis(), clock.millis());
        tails.put(key, begun);
        empty = false;
        return begun;
    }

    private void fill(ChannelKey key, Tail begun, @Nullable Slice slice) {
        lock.lock();
        try {
            if (tails.get(key) == begun) {
                boolean whole = slice != null && slice.continuous() && begun.fill(slice);
                bytes += begun.bytes();
                if (!whole) {
                    remove(key);
                }
            }
        } finally {
            lock.unlock();
        }
        begun.loaded().complete(null);
    }

    private CompletionStage<Slice> readLog(ChannelKey key, Position place) {
        return log.read(key, Range.from(new Since.After(place)));
    }

    /** The log tells of events. Before anybody else hears of them, or who resumes meanwhile could miss some. */
    void appended(List<Event> events) {
        if (empty) {
            return;
        }
        lock.lock();
        try {
            for (Event event : events) {
                Tail tail = tails.get(event.key());
                if (tail != null) {
                    add(tail, event);
                }
            }
            sweep();
        } finally {
            lock.unlock();
        }
    }

    private void add(Tail tail, Event event) {
        long before = tail.bytes();
        boolean whole = tail.add(event);
        if (!tail.isLoading()) {
            bytes += tail.bytes() - before;
        }
        if (!whole || bytes > MOST_BYTES) {
            remove(event.key());
        }
    }

    /** Events of a shard may have passed unheard. */
    void lost(int shard) {
        lock.lock();
        try {
            List.copyOf(tails.keySet()).stream()
                    .filter(key -> log.shardOf(key) == shard)
                    .forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    private void sweep() {
        long now = clock.millis();
        if (now - swept >= IDLE_MS / 4) {
            swept = now;
            Map.copyOf(tails).forEach((key, tail) -> {
                if (!tail.isLoading() && now - tail.used() > IDLE_MS) {
                    remove(key);
                }
            });
        }
    }

    private void remove(ChannelKey key) {
        Tail gone = tails.remove(key);
        if (gone != null && !gone.isLoading()) {
            bytes -= gone.bytes();
        }
        empty = tails.isEmpty();
    }
}
