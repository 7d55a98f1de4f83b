package dev.tidings.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is missing, double or out of order is found. */
class SequenceTest {
    @Test
    void allInOrderIsNoFault() {
        Sequence sequence = received(LongStream.rangeClosed(1, 1_000).toArray());
        assertThat(sequence.received()).isEqualTo(1_000);
        assertThat(sequence.missing(1_000)).isZero();
        assertThat(sequence.duplicates()).isZero();
        assertThat(sequence.reordered()).isZero();
    }

    @Test
    void theMissingAreCountedWhereverTheyAre() {
        assertThat(received(2, 3, 5).missing(6)).isEqualTo(3);
        assertThat(received().missing(6)).isEqualTo(6);
    }

    @Test
    void aLongHoleIsCountedInFull() {
        Sequence sequence = received(1, 5_000, 5_001);
        assertThat(sequence.missing(5_001)).isEqualTo(4_998);
        assertThat(sequence.duplicates()).isZero();
    }

    @Test
    void whatComesTwiceIsADuplicateBeforeAndAfterAHole() {
        Sequence sequence = received(1, 1, 3, 3, 2, 2);
        assertThat(sequence.duplicates()).isEqualTo(3);
        assertThat(sequence.received()).isEqualTo(3);
        assertThat(sequence.missing(3)).isZero();
    }

    @Test
    void whatWasPublishedEarlierAndComesLaterIsOutOfOrder() {
        assertThat(received(1, 3, 2, 4).reordered()).isEqualTo(1);
    }

    @Test
    void orderIsTheSameOnlyForTheSame() {
        assertThat(received(1, 3, 2).order()).isEqualTo(received(1, 3, 2).order());
        assertThat(received(1, 3, 2).order()).isNotEqualTo(received(1, 2, 3).order());
    }

    @Test
    void aWholeWindowAheadIsTakenAtOnce() {
        Sequence sequence = received(LongStream.concat(LongStream.rangeClosed(2, 1_024), LongStream.of(1))
                .toArray());
        assertThat(sequence.missing(1_024)).isZero();
        sequence.accept(1_025);
        assertThat(sequence.missing(1_025)).isZero();
    }

    private static Sequence received(long... numbers) {
        Sequence sequence = new Sequence();
        LongStream.of(numbers).forEach(sequence::accept);
        return sequence;
    }
}
