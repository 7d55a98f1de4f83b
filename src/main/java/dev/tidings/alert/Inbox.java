package dev.tidings.alert;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the log's threads have heard and the evaluating thread has not looked at: events that there are rules about, and where
 * something was written down of alerts. Bounded; what does not fit is read from the log later. Safe on any thread.
 */
final class Inbox implements EventLog.Follower {
    private final int capacity;
    private final RuleBook book;
    private final Mark mark;
    private final Runnable wake;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean lost = new AtomicBoolean();
    private final Set<ChannelKey> written = ConcurrentHashMap.newKeySet();

    Inbox(int capacity, RuleBook book, Mark mark, Runnable wake) {
        this.capacity = capacity;
        this.book = book;
        this.mark = mark;
        this.wake = wake;
    }

    @Override
    public void appended(int shard, List<Event> batch) {
        boolean something = false;
        for (Event event : batch) {
            ChannelKey key = event.key();
            if (key.tenant().startsWith("_")) {
                if (Places.isHidden(key.tenant()) || key.equals(Places.MARK)) {
                    something |= written.add(key);
                }
            } else if (book.watches(key)) {
                something |= offer(event);
            }
        }
        // After the events: whoever finds it has them too.
        mark.hear(shard, batch.getLast().sequence());
        if (something) {
            wake.run();
        }
    }

    private boolean offer(Event event) {
        if (waiting.incrementAndGet() > capacity) {
            waiting.decrementAndGet();
            lost.set(true);
        } else {
            events.add(event);
        }
        return true;
    }

    @Override
    public void lost(int shard) {
        lost.set(true);
        wake.run();
    }

    /** Events have been taken and not evaluated: they are read from the log again. */
    void lose() {
        lost.set(true);
    }

    /** Something was written there, or may have been. */
    void note(ChannelKey place) {
        written.add(place);
    }

    /** Takes the events that wait, in the order of each channel. */
    List<Event> take(int most) {
        List<Event> taken = new ArrayList<>();
        Event next;
        while (taken.size() < most && (next = events.poll()) != null) {
            taken.add(next);
        }
        waiting.addAndGet(-taken.size());
        return taken;
    }

    /** True once after events have been missed. Asked after taking: what comes after the missed is not taken before. */
    boolean takeLost() {
        return lost.getAndSet(false);
    }

    /** Takes the channels in which something was written down. */
    Set<ChannelKey> takeWritten() {
        Set<ChannelKey> taken = new LinkedHashSet<>(written);
        written.removeAll(taken);
        return taken;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
