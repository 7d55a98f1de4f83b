package dev.tidings.source.freshness;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The channels that are watched, and which of them are due. An event costs a look into a map: a channel stays where it is in the
 * queue, and is put further back when its turn comes. Safe on any thread.
 */
final class Watches {
    private static final Comparator<ChannelKey> BY_NAME =
            Comparator.comparing(ChannelKey::channel).thenComparing(ChannelKey::tenant);

    private final int capacity;

    // All below is guarded by this.
    private final Map<ChannelKey, Watch> watches = new HashMap<>();
    private final TreeSet<Watch> queue =
            new TreeSet<>(Comparator.comparingLong(Watch::dueAt).thenComparing(Watch::key, BY_NAME));
    private boolean loading;
    private boolean full;

    /** Something that may have to be told about a channel, as it was when it was due. */
    record Due(
            ChannelKey key,
            Watch.Phase phase,
            String markerId,
            Position newest,
            long heardAt,
            long patienceMs,
            @Nullable String ender) {}

    /** @param capacity how many channels may be watched */
    Watches(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Hears events.
     *
     * @param patience by event: how long its channel may be silent, 0 when that does not matter
     * @return true when something is to be told at once
     */
    synchronized boolean hear(List<Event> events, Function<Event, Long> patience) {
        boolean urgent = false;
        for (Event event : events) {
            long patienceMs = patience.apply(event);
            if (patienceMs > 0) {
                urgent |= hear(event, patienceMs);
            }
        }
        return urgent;
    }

    private boolean hear(Event event, long patienceMs) {
        if (event.type().equals(Event.STATE_DELETED)) {
            forget(event.key());
            return false;
        }
        Watch watch = watches.get(event.key());
        boolean writesState = (watch == null || !watch.hasState()) && writesState(event);
        if (watch == null) {
            // While the catalogue is read it is not known yet whether the channel has a state.
            if (!writesState && !loading) {
                return false;
            }
            Position before = new Position(event.position().epoch(), event.offset() - 1);
            watch = add(new Watch(event.key(), patienceMs, before, event.timestamp()));
            if (watch == null) {
                return false;
            }
        }
        watch.hear(event);
        if (writesState) {
            watch.setHasState();
        }
        enqueue(watch, watch.nextLook());
        return watch.phase() == Watch.Phase.RETURNED;
    }

    /** An event of that type without a patch is one that somebody published, and changes nothing. */
    private static boolean writesState(Event event) {
        return event.type().equals(Event.STATE_CHANGED)
                && event.payload().tree().has("patch");
    }

    private @Nullable Watch add(Watch watch) {
        if (watches.size() >= capacity) {
            full = true;
            return null;
        }
        watches.put(watch.key(), watch);
        return watch;
    }

    /** What was read of a channel that has a state; not taken where more has been heard of it. */
    synchronized void learn(Watch read) {
        read.setHasState();
        Watch known = watches.get(read.key());
        if (known != null && known.newest().epoch().equals(read.newest().epoch())) {
            if (known.newest().offset() >= read.newest().offset()) {
                known.setHasState();
                enqueue(known, known.nextLook());
                return;
            }
            read.follow(known);
        }
        forget(read.key());
        if (add(read) != null) {
            enqueue(read, read.nextLook());
        }
    }

    synchronized void forget(ChannelKey key) {
        Watch gone = watches.remove(key);
        if (gone != null) {
            unqueue(gone);
        }
    }

    /** The catalogue is being read: what is heard of channels that are not in here may matter. */
    synchronized void beginLoading() {
        loading = true;
    }

    /** It has been read: channels in which no state was found have none. */
    synchronized void endLoading() {
        loading = false;
        List<Watch> stateless =
                watches.values().stream().filter(watch -> !watch.hasState()).toList();
        stateless.forEach(watch -> forget(watch.key()));
    }

    /** Takes what is due. Each is to be {@linkplain #retry put back} if it cannot be told. */
    synchronized List<Due> take(long now, int most) {
        List<Due> due = new ArrayList<>();
        while (!queue.isEmpty() && queue.first().dueAt() <= now && due.size() < most) {
            Watch next = queue.first();
            unqueue(next);
            if (next.nextLook() > now) {
                enqueue(next, next.nextLook());
            } else {
                due.add(new Due(
                        next.key(),
                        next.phase(),
                        next.markerId(),
                        next.newest(),
                        next.heardAt(),
                        next.patienceMs(),
                        next.ender()));
            }
        }
        return due;
    }

    /** Looks at a channel again at that time. */
    synchronized void retry(ChannelKey key, long at) {
        Watch watch = watches.get(key);
        if (watch != null) {
            enqueue(watch, at);
        }
    }

    synchronized int size() {
        return watches.size();
    }

    /** Whether there have been more channels than are watched. */
    synchronized boolean isFull() {
        return full;
    }

    private void enqueue(Watch watch, long at) {
        if (at == Long.MAX_VALUE) {
            return;
        }
        if (watch.isQueued()) {
            if (watch.dueAt() <= at) {
                return;
            }
            unqueue(watch);
        }
        watch.queue(at);
        queue.add(watch);
    }

    private void unqueue(Watch watch) {
        if (watch.isQueued()) {
            queue.remove(watch);
            watch.unqueue();
        }
    }
}
