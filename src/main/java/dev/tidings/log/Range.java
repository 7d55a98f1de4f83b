package dev.tidings.log;

import dev.tidings.event.Glob;
import dev.tidings.event.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a channel to read.
 *
 * @param since where to begin
 * @param before where to end
 * @param events globs of event types, one of which must match; empty for all
 * @param limit at most so many; 0 reads none and answers where the channel stands
 * @param reverse newest first: the limit then keeps the newest
 */
public record Range(Since.InChannel since, Before before, List<Glob> events, int limit, boolean reverse) {
    /** How many events one read returns at most. */
    public static final int MAX_LIMIT = 10_000;

    /** Nothing but where the channel stands. */
    public static final Range HEAD = new Range(new Since.Now(), Before.END, List.of(), 0, false);

    public Range {
        limit = Math.clamp(limit, 0, MAX_LIMIT);
    }

    /** Everything retained from there on, oldest first. */
    public static Range from(Since.InChannel since) {
        return new Range(since, Before.END, List.of(), MAX_LIMIT, false);
    }

    /**
     * Where a range ends: before a place, before a moment, or not at all.
     *
     * @param position exclusive; null for no such end
     * @param timestamp exclusive, in ms since the Unix epoch
     */
    public record Before(@Nullable Position position, long timestamp) {
        public static final Before END = new Before(null, Long.MAX_VALUE);
    }
}
