package dev.tidings.command;

/**
 * How many commands there may be.
 *
 * @param patterns how many channels and patterns one connection may answer
 * @param perCaller how many commands one caller may wait for
 * @param perHandler how many commands a handler may have and not have answered
 */
public record CommandSettings(int patterns, int perCaller, int perHandler) {
    /** How many commands of its callers an instance waits for. */
    static final int PER_INSTANCE = 20_000;
}
