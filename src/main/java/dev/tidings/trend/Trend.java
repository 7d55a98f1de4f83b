package dev.tidings.trend;

import dev.tidings.event.Position;
import java.util.List;

/**
 * A reduced series.
 *
 * @param from when it begins, in ms since the Unix epoch
 * @param to when it ends, exclusive
 * @param place everything up to there is in it: whoever goes on after it has everything once
 */
public record Trend(Field field, long from, long to, List<Point> points, Position place) {
    /** The most points a trend has. */
    public static final int MAX_POINTS = 5_000;

    /**
     * What is asked for.
     *
     * @param from in ms since the Unix epoch; negative for the oldest there is
     * @param to exclusive; negative for everything that there is
     * @param points at most so many, 1 to {@link #MAX_POINTS}
     */
    public record Request(Field field, long from, long to, int points, Method method) {}

    /** There is more than one trend is made of. */
    public static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(int limit) {
            super("these are more than " + limit + " events; ask for less time with from and to", null, false, false);
        }
    }
}
