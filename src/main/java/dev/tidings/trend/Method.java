package dev.tidings.trend;

/** How a series is reduced. */
public enum Method {
    /** To stretches of time of the same length. */
    BUCKETS,
    /** To the values that make up its shape: largest triangle three buckets. */
    LTTB
}
