package dev.tidings.benchmark.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** The middle of some repetitions, and between what they were. */
public record Spread(double median, double least, double most, int count) {
    /**
     * That of some values.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow(), sorted.length);
    }

    /** As it stands in a table: {@code 4.2 [3.9-5.1]}, or the one value where all are the same. */
    @Override
    public String toString() {
        String middle = text(median);
        String low = text(least);
        String high = text(most);
        return low.equals(high) ? middle : middle + " [" + low + "-" + high + ']';
    }

    /** Three digits of what is small, no fraction of what is large. */
    private static String text(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) || size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }
}
