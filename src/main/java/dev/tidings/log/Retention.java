package dev.tidings.log;

import java.time.Duration;

/**
 * How much history a channel keeps: whichever is shorter.
 *
 * @param size events, 0 or more
 * @param age how old an event may get
 */
public record Retention(int size, Duration age) {
    public static final Retention DEFAULT = new Retention(1000, Duration.ofMinutes(5));

    /** The retention of each namespace. */
    public interface Policy {
        Retention of(String namespace);
    }
}
