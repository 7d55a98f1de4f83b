package dev.tidings.trend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a long line. */
class LargestTrianglesTest {
    /** By hand: of each inner bucket the value that makes the largest triangle. */
    @Test
    void keepsWhatMakesTheShape() {
        LargestTriangles series = new LargestTriangles(4);
        double[] values = {0, 0, 9, 0, 0, -9, 0, 0};
        for (int i = 0; i < values.length; i++) {
            series.add(i * 10L, values[i]);
        }
        assertThat(series.points())
                .containsExactly(
                        new Point.Value(0, 0), new Point.Value(20, 9), new Point.Value(50, -9), new Point.Value(70, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 5_000})
    void neverHasMorePointsThanAskedFor(int points) {
        for (int size : List.of(0, 1, 2, 3, 8, 101)) {
            LargestTriangles series = new LargestTriangles(points);
            LongStream.range(0, size).forEach(t -> series.add(t, Math.sin((double) t)));
            assertThat(series.points()).hasSize(Math.min(size, points));
            if (size > 0) {
                assertThat(series.points().getLast().t()).isEqualTo(size - 1);
            }
        }
    }

    @Test
    void ofValuesOfOneMomentThePeakIsLeft() {
        LargestTriangles series = new LargestTriangles(20);
        for (int i = 0; i < 1_300; i++) {
            series.add(5, i == 700 ? 1000 : i % 2);
        }
        assertThat(series.points()).hasSize(20).contains(new Point.Value(5, 1000));
    }

    @Test
    void ofMoreThanItKeepsThePeaksAreLeft() {
        LargestTriangles series = new LargestTriangles(50);
        int size = LargestTriangles.MAX_VALUES * 5;
        for (int t = 0; t < size; t++) {
            series.add(t, t == 12_345 ? 1e6 : t == size - 100 ? -1e6 : t % 3);
        }
        assertThat(series.points())
                .hasSize(50)
                .contains(new Point.Value(12_345, 1e6), new Point.Value(size - 100, -1e6))
                .startsWith(new Point.Value(0, 0))
                .endsWith(new Point.Value(size - 1, (size - 1) % 3));
        assertThat(series.points().stream().map(Point::t)).isSorted();
    }

    @Test
    void bucketsHaveMeansThatCannotOverflow() {
        Buckets buckets = new Buckets(0, 10, 1);
        buckets.add(1, Double.MAX_VALUE);
        buckets.add(2, -Double.MAX_VALUE);
        buckets.add(3, Double.MAX_VALUE);
        assertThat(buckets.points())
                .singleElement()
                .satisfies(point -> assertThat(((Point.Bucket) point).mean()).isFinite());
    }
}
