package dev.tidings.trend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A series by its most telling values: largest triangle three buckets (Steinarsson, Downsampling Time Series for Visual
 * Representation, 2013). Of more values than it keeps, the extremes of each few are kept (as in MinMaxLTTB, Van Der Donckt et
 * al., 2023), so that memory is bounded and no peak gets lost.
 */
final class LargestTriangles implements Series {
    /** Up to so many values the result is exactly that of the algorithm. */
    static final int MAX_VALUES = 1 << 16;

    private static final int GROUP = 4;

    private final int points;
    private long[] times = new long[1024];
    private double[] values = new double[1024];
    private int size;

    LargestTriangles(int points) {
        this.points = points;
    }

    @Override
    public void add(long t, double value) {
        if (size == MAX_VALUES) {
            thin();
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        times[size] = t;
        values[size++] = value;
    }

    /** Keeps the smallest and the largest of each four, in their order, and the very first. */
    private void thin() {
        int kept = 0;
        for (int start = 0; start < size; start += GROUP) {
            int lowest = start;
            int highest = start;
            for (int i = start; i < Math.min(start + GROUP, size); i++) {
                lowest = values[i] < values[lowest] ? i : lowest;
                highest = values[i] >= values[highest] ? i : highest;
            }
            int first = start == 0 ? 0 : Math.min(lowest, highest);
            int second = Math.max(lowest, highest);
            move(first, kept++);
            if (second > first) {
                move(second, kept++);
            }
        }
        size = kept;
    }

    private void move(int from, int to) {
        times[to] = times[from];
        values[to] = values[from];
    }

    @Override
    public List<Point> points() {
        List<Point> chosen = new ArrayList<>(Math.min(size, points));
        if (size <= points) {
            for (int i = 0; i < size; i++) {
                chosen.add(value(i));
            }
            return chosen;
        }
        if (points > 1) {
            chosen.add(value(0));
        }
        int before = 0;
        double every = (double) (size - 2) / Math.max(1, points - 2);
        for (int bucket = 0; bucket < points - 2; bucket++) {
            int start = 1 + (int) Math.floor(bucket * every);
            int end = 1 + (int) Math.floor((bucket + 1) * every);
            before = largest(before, start, end, Math.min(size, 1 + (int) Math.floor((bucket + 2) * every)));
            chosen.add(value(before));
        }
        chosen.add(value(size - 1));
        return chosen;
    }

    /** Which value of a bucket makes the largest triangle with the one chosen before and the mean of the next bucket. */
    private int largest(int before, int start, int end, int endOfNext) {
        int next = Math.min(end, size - 1);
        int stop = Math.max(next + 1, endOfNext);
        double meanTime = 0;
        double meanValue = 0;
        int n = stop - next;
        for (int i = next; i < stop; i++) {
            meanTime += time(i) / n;
            meanValue += values[i] / n;
        }
        double origin = time(before);
        int chosen = start;
        double largest = -1;
        for (int i = start; i < end; i++) {
            double area = Math.abs((origin - meanTime) * (values[i] - values[before])
                    - (origin - time(i)) * (meanValue - values[before]));
            if (area > largest) {
                largest = area;
                chosen = i;
            }
        }
        return chosen;
    }

    /** Since the first, in ms. Those of the same millisecond are apart by less than one: else they would span no area. */
    private double time(int i) {
        return times[i] - times[0] + (double) i / size;
    }

    private Point value(int i) {
        return new Point.Value(times[i], values[i]);
    }
}
