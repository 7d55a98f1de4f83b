package dev.tidings.log;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a log in memory takes of it. States, names and ids that must not come twice are kept whatever happens; events give
 * way, first those of the channel that has most, so that a few busy channels do not cost the quiet ones their history. Not
 * safe for threads.
 */
final class LogMemory {
    /** An entry in each of the trees and lists that a channel is in, and the objects it is made of. */
    private static final int CHANNEL = 512;

    private final long bound;
    private final TreeSet<Share> largest = new TreeSet<>(
            Comparator.<Share>comparingInt(share -> share.events).reversed().thenComparingLong(share -> share.number));
    private long events;
    private long kept;
    private long ids;
    private long channels;
    private long pushedOut;

    LogMemory(long bound) {
        this.bound = bound;
    }

    MemoryUsage usage() {
        return new MemoryUsage(events + kept + ids, bound, pushedOut);
    }

    /** What one channel takes, as it was counted last. */
    static final class Share {
        private final MemoryStream stream;
        private final long number;
        private int events;
        private long kept;

        private Share(MemoryStream stream, long number) {
            this.stream = stream;
            this.number = number;
        }
    }

    /** Counts a channel from now on. */
    Share share(MemoryStream stream) {
        Share share = new Share(stream, channels++);
        count(share);
        return share;
    }

    /** Counts a channel anew, and makes room where there is too much. */
    void settle(Share share) {
        count(share);
        makeRoom();
    }

    /** Counts the ids anew. */
    void settleIds(long bytes) {
        ids = bytes;
        makeRoom();
    }

    void forget(Share share) {
        largest.remove(share);
        events -= share.events;
        kept -= share.kept;
    }

    /** Whether so many bytes more can be kept for good. */
    boolean hasRoomFor(long bytes) {
        return bytes <= 0 || kept + ids + bytes <= bound;
    }

    /** Whether more than half is taken by what does not give way. */
    boolean isScarce() {
        return kept + ids > bound / 2;
    }

    private void makeRoom() {
        while (events + kept + ids > bound) {
            @Nullable Share most = largest.isEmpty() ? null : largest.first();
            if (most == null) {
                return;
            }
            pushedOut += most.stream.removeOldestChunk();
            count(most);
        }
    }

    private void count(Share share) {
        long keeps = CHANNEL + share.stream.stateBytes();
        kept += keeps - share.kept;
        share.kept = keeps;
        int holds = share.stream.eventBytes();
        if (holds != share.events) {
            largest.remove(share);
            events += holds - share.events;
            share.events = holds;
            if (holds > 0) {
                largest.add(share);
            }
        }
    }
}
