package dev.tidings.source.poll;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to look again.
 *
 * @param interval from one look to the next
 * @param jitter the part of the interval, 0 to 0.5, by which it may be shorter or longer, so that pollers started together
 *     do not stay together
 * @param backOff the longest wait while the source cannot be reached; never shorter than the interval
 */
public record Pacing(Duration interval, double jitter, Duration backOff) {
    private static final int MAX_DOUBLINGS = 20;

    public Pacing {
        backOff = backOff.compareTo(interval) < 0 ? interval : backOff;
    }

    /** The time from the beginning of one look to the beginning of the next. */
    public Duration next(RandomGenerator random) {
        return scaled(interval, 1 + jitter * (2 * random.nextDouble() - 1));
    }

    /**
     * The time to wait after so many failures in a row: the interval, doubled with each failure up to the longest wait,
     * and of that between a half and the whole, so that many who lost the same source do not all come back at once.
     */
    public Duration afterFailure(int failures, RandomGenerator random) {
        Duration doubled = interval.multipliedBy(1L << Math.clamp(failures - 1L, 0, MAX_DOUBLINGS));
        Duration longest = doubled.compareTo(backOff) < 0 ? doubled : backOff;
        return scaled(longest, 0.5 + 0.5 * random.nextDouble());
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }
}
