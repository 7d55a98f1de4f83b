package dev.tidings.checker.history;

import dev.tidings.checker.history.Entry.Kind;
import java.util.ArrayList;
import java.util.List;

/** All that happens, in the order in which it was noted. Safe on any thread. */
public final class History {
    private final long begin = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();

    /** Notes something about an event or a place in a channel. */
    public synchronized void note(
            Kind kind,
            String who,
            int connection,
            String tenant,
            String channel,
            String id,
            String epoch,
            long offset,
            String detail) {
        long nanos = System.nanoTime() - begin;
        entries.add(
                new Entry(entries.size(), nanos, kind, who, connection, tenant, channel, id, epoch, offset, detail));
    }

    /** Notes something about a client or a fault. */
    public void note(Kind kind, String who, int connection, String detail) {
        note(kind, who, connection, "", "", "", "", 0, detail);
    }

    /** All so far. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
