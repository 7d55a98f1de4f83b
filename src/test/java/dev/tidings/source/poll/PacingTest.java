package dev.tidings.source.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private final RandomGenerator random = new Random(7);

    @Test
    void looksAreAnIntervalApartGiveOrTakeTheJitter() {
        Pacing pacing = new Pacing(SECOND, 0.1, SECOND);
        for (int i = 0; i < 1000; i++) {
            assertThat(pacing.next(random)).isBetween(Duration.ofMillis(900), Duration.ofMillis(1100));
        }
    }

    @Test
    void withoutJitterLooksAreExactlyAnIntervalApart() {
        assertThat(new Pacing(SECOND, 0, SECOND).next(random)).isEqualTo(SECOND);
    }

    @Test
    void failuresDoubleTheWaitUpToItsLongest() {
        Pacing pacing = new Pacing(SECOND, 0, Duration.ofSeconds(30));
        assertThat(pacing.afterFailure(1, random)).isBetween(SECOND.dividedBy(2), SECOND);
        assertThat(pacing.afterFailure(4, random)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
        assertThat(pacing.afterFailure(1000, random)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    @Test
    void theLongestWaitIsNeverShorterThanTheInterval() {
        Pacing pacing = new Pacing(Duration.ofMinutes(5), 0, Duration.ofSeconds(30));
        assertThat(pacing.afterFailure(9, random)).isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
    }
}
