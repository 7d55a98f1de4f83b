package dev.tidings.limits;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Allows so much a second on average and so much at once: a bucket that holds a burst of tokens and is refilled steadily.
 * For one thread at a time.
 */
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoClock;
    private double tokens;
    private long filledNanos;

    /**
     * @param perSecond tokens that come back in a second, 1 or more
     * @param burst tokens that it holds, and holds at first, 1 or more
     * @param nanoClock a clock that only goes forward, in ns
     */
    public TokenBucket(int perSecond, int burst, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoClock = nanoClock;
        this.tokens = burst;
        this.filledNanos = nanoClock.getAsLong();
    }

    /** Takes a token. Returns 0 if there was one, else the time in ms, 1 or more, after which there will be. */
    public long tryTake() {
        long now = nanoClock.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledNanos) / NANOS_PER_SECOND * perSecond);
        filledNanos = now;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return (long) Math.ceil((1 - tokens) / perSecond * 1000);
    }

    /** True when it is as full as when it was new. */
    public boolean isFull() {
        long now = nanoClock.getAsLong();
        return tokens + (now - filledNanos) / NANOS_PER_SECOND * perSecond >= burst;
    }
}
