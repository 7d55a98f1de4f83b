package dev.tidings.trend;

/** A point of a reduced series. */
public sealed interface Point {
    /** When, in ms since the Unix epoch. */
    long t();

    /**
     * All values of a stretch of time.
     *
     * @param t when it begins
     * @param last the newest of them
     * @param count how many there are, 1 or more
     */
    record Bucket(long t, double min, double max, double mean, double last, long count) implements Point {}

    /** One value as it was. */
    record Value(long t, double value) implements Point {}
}
