package dev.tidings.trend;

import java.util.ArrayList;
import java.util.List;

/** A series by stretches of time of the same length: of each its extremes, its mean and its last value. */
final class Buckets implements Series {
    private final long from;
    private final double width;
    private final double[] min;
    private final double[] max;
    private final double[] mean;
    private final double[] last;
    private final long[] count;

    /** @param to exclusive; after {@code from} */
    Buckets(long from, long to, int points) {
        this.from = from;
        this.width = (double) (to - from) / points;
        this.min = new double[points];
        this.max = new double[points];
        this.mean = new double[points];
        this.last = new double[points];
        this.count = new long[points];
    }

    /** What is out of bounds counts where it is nearest: clocks of several machines need not agree. */
    @Override
    public void add(long t, double value) {
        int i = Math.clamp((long) Math.floor((t - from) / width), 0, count.length - 1);
        boolean first = count[i]++ == 0;
        min[i] = first ? value : Math.min(min[i], value);
        max[i] = first ? value : Math.max(max[i], value);
        // Not by way of a sum, which could overflow.
        mean[i] += value / count[i] - mean[i] / count[i];
        last[i] = value;
    }

    @Override
    public List<Point> points() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < count.length; i++) {
            if (count[i] > 0) {
                long t = from + (long) Math.floor(i * width);
                points.add(new Point.Bucket(t, min[i], max[i], mean[i], last[i], count[i]));
            }
        }
        return points;
    }
}
