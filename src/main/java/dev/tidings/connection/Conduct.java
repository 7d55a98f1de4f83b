package dev.tidings.connection;

import dev.tidings.limits.TokenBucket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a client behaves: how much it sends, and how often it does what it should not. */
final class Conduct {
    private static final int MAX_INVALID = 3;
    private static final Duration INVALID_WITHIN = Duration.ofMinutes(1);
    private static final int MAX_RATE_LIMITED = 10;
    private static final Duration RATE_LIMITED_WITHIN = Duration.ofSeconds(10);

    private final TokenBucket bucket;

    // Most clients do nothing wrong: these are made when they do.
    private @Nullable Offences invalid;
    private @Nullable Offences rateLimited;

    /**
     * @param messagesPerSecond how many messages it may send on average
     * @param burst how many at once
     */
    Conduct(int messagesPerSecond, int burst) {
        bucket = new TokenBucket(messagesPerSecond, burst, System::nanoTime);
    }

    /** Counts a message; answers how many ms too early it came, 0 when it is in time. */
    long message() {
        return bucket.tryTake();
    }

    /** Counts a message that came too early; true when that makes too many. */
    boolean rateLimited() {
        if (rateLimited == null) {
            rateLimited = new Offences(MAX_RATE_LIMITED, RATE_LIMITED_WITHIN);
        }
        return rateLimited.add(System.nanoTime());
    }

    /** Counts what was no envelope; true when that makes too many. */
    boolean invalid() {
        if (invalid == null) {
            invalid = new Offences(MAX_INVALID, INVALID_WITHIN);
        }
        return invalid.add(System.nanoTime());
    }
}
