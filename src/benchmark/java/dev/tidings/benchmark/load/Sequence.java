package dev.tidings.benchmark.load;

import java.util.Arrays;

/**
 * What one subscriber has received of a channel's messages, which are numbered 1, 2, 3 … as they were published: finds what
 * is missing, what came twice and what came out of order.
 */
final class Sequence {
    /** How far ahead of a missing message others may come: more than publishers ever have unanswered together. */
    private static final int WIDTH = 1_024;

    private long next = 1;

    /** A bit for each of the next messages, by their number modulo the width: whether it has come. */
    private final long[] ahead = new long[WIDTH / Long.SIZE];

    private long highest;
    private long received;
    private long skipped;
    private long duplicates;
    private long reordered;
    private long order = 17;

    /** A message of this number has come. */
    void accept(long number) {
        if (number < next || (number - next < WIDTH && hasCome(number))) {
            duplicates++;
            return;
        }
        received++;
        order = order * 31 + number;
        if (number < highest) {
            reordered++;
        } else {
            highest = number;
        }
        while (number - next >= WIDTH) {
            skipped += hasCome(next) ? 0 : 1;
            forget(next++);
        }
        ahead[word(number)] |= 1L << number;
        while (hasCome(next)) {
            forget(next++);
        }
    }

    private static int word(long number) {
        return (int) (number % WIDTH / Long.SIZE);
    }

    private boolean hasCome(long number) {
        return (ahead[word(number)] >>> number & 1) != 0;
    }

    private void forget(long number) {
        ahead[word(number)] &= ~(1L << number);
    }

    /** How many of the messages up to this number never came. */
    long missing(long last) {
        long early = Arrays.stream(ahead).map(Long::bitCount).sum();
        return skipped + last + 1 - next - early;
    }

    long received() {
        return received;
    }

    long duplicates() {
        return duplicates;
    }

    /** Messages that came after one published later. */
    long reordered() {
        return reordered;
    }

    /** The same for subscribers that received the same in the same order. */
    long order() {
        return order;
    }
}
