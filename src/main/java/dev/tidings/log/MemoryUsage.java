package dev.tidings.log;

/**
 * What a log in memory has taken of it.
 *
 * @param taken bytes, as the log counts them
 * @param bound bytes that it may take
 * @param pushedOut events that gave way to others since the start
 */
public record MemoryUsage(long taken, long bound, long pushedOut) {}
