package dev.tidings.connection;

import java.time.Duration;

/** Counts what a client does wrong within a sliding while. */
final class Offences {
    private final long[] times;
    private final long withinNanos;
    private int next;
    private int count;

    /** @param limit how many within that time are too many */
    Offences(int limit, Duration within) {
        this.times = new long[limit];
        this.withinNanos = within.toNanos();
    }

    /** Counts one; true when that makes too many. */
    boolean add(long nowNanos) {
        times[next] = nowNanos;
        next = (next + 1) % times.length;
        count = Math.min(count + 1, times.length);
        // The slot to be written next holds the oldest.
        return count == times.length && nowNanos - times[next] <= withinNanos;
    }
}
