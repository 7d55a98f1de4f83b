package dev.tidings.presence.redis;

import java.time.Duration;

/**
 * How instances watch over each other.
 *
 * @param lease how long an instance may be silent before the others remove its members
 * @param beat how often it is heard of
 * @param timeout how long Redis may take to answer
 */
public record Timing(Duration lease, Duration beat, Duration timeout) {
    /** Members of an instance that was killed leave within ten seconds or so; a few lost heartbeats do no harm. */
    public static final Timing DEFAULT =
            new Timing(Duration.ofSeconds(8), Duration.ofSeconds(2), Duration.ofSeconds(2));

    public Timing withTimeout(Duration other) {
        return new Timing(lease, beat, other);
    }
}
