package dev.tidings.source.poll;

/**
 * How many events a poller tells in a channel, besides the change of its state.
 *
 * @param perSecond on average, 1 or more
 * @param burst at once, 1 or more
 */
public record Allowance(int perSecond, int burst) {
    /** Enough for whatever people do; only scripts gone wild exceed it. */
    public static final Allowance DEFAULT = new Allowance(200, 1000);
}
