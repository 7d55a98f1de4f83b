package dev.tidings.cluster.redis;

import java.time.Duration;

/**
 * How instances watch over each other.
 *
 * @param lease how long an instance may be silent before it counts as gone
 * @param beat how often it is heard of
 * @param timeout how long Redis may take to answer
 */
public record Timing(Duration lease, Duration beat, Duration timeout) {
    /** Who waits for an instance that was killed learns so in five to six seconds; a few lost heartbeats do no harm. */
    public static final Timing DEFAULT =
            new Timing(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(2));

    public Timing withTimeout(Duration other) {
        return new Timing(lease, beat, other);
    }
}
