package dev.tidings.benchmark.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The message that is sent: {@code {"ts":MICROS,"n":NUMBER,"pad":"xxx"}}, always of the same length. Servers put their own
 * around it; {@link Finder} finds it again.
 */
final class Message {
    private static final byte[] TIME = ascii("\"ts\":");
    private static final byte[] NUMBER = ascii(",\"n\":");
    private static final byte[] PAD = ascii(",\"pad\":\"");
    private static final byte[] END = ascii("\"}");
    private static final int LONGEST_NUMBERS = 2 * 19;

    /** The shortest that such a message can be made. */
    static final int SHORTEST = 1 + TIME.length + NUMBER.length + PAD.length + END.length + LONGEST_NUMBERS;

    private Message() {}

    /** Writes a message of this size; what is there already stays as padding. */
    static void write(byte[] out, int from, int size, long micros, long number) {
        Arrays.fill(out, from, from + size, (byte) 'x');
        out[from] = '{';
        int at = put(TIME, out, from + 1);
        at = put(micros, out, at);
        at = put(NUMBER, out, at);
        at = put(number, out, at);
        put(PAD, out, at);
        put(END, out, from + size - END.length);
    }

    private static int put(byte[] bytes, byte[] out, int at) {
        System.arraycopy(bytes, 0, out, at, bytes.length);
        return at + bytes.length;
    }

    private static int put(long value, byte[] out, int at) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Finds the messages in a frame, several if there are several. Begins where the last frame had its first. */
    static final class Finder {
        private final int size;
        private int usual;
        private long micros;
        private long number;

        /** @param size of a message */
        Finder(int size) {
            this.size = size;
        }

        /**
         * Finds the next message between two places.
         *
         * @param start where the frame begins
         * @return where to look for the next one, or -1 when there is none
         */
        int find(byte[] in, int start, int from, int to) {
            int at = from == start ? find(in, Math.max(from, start + usual - 2), Math.min(to, start + usual + 16)) : -1;
            if (at < 0) {
                at = find(in, from, to);
                if (at < 0) {
                    return -1;
                }
            }
            if (from == start) {
                usual = at - start;
            }
            int end = digits(in, at + TIME.length, to);
            micros = value;
            if (end + NUMBER.length >= to || !is(NUMBER, in, end)) {
                return -1;
            }
            digits(in, end + NUMBER.length, to);
            number = value;
            return Math.min(to, at - 1 + size);
        }

        private long value;

        private int digits(byte[] in, int from, int to) {
            long sum = 0;
            int at = from;
            while (at < to && in[at] >= '0' && in[at] <= '9') {
                sum = sum * 10 + (in[at++] - '0');
            }
            value = sum;
            return at;
        }

        private static int find(byte[] in, int from, int to) {
            for (int at = from; at <= to - TIME.length; at++) {
                if (in[at] == '"' && is(TIME, in, at)) {
                    return at;
                }
            }
            return -1;
        }

        /** When the last message found was due. */
        long micros() {
            return micros;
        }

        /** The number of the last message found. */
        long number() {
            return number;
        }
    }

    private static boolean is(byte[] what, byte[] in, int at) {
        return Arrays.equals(in, at, at + what.length, what, 0, what.length);
    }

    /** True when these bytes contain the others. */
    static boolean contains(byte[] in, int from, int to, byte[] what) {
        for (int at = from; at <= to - what.length; at++) {
            if (in[at] == what[0] && is(what, in, at)) {
                return true;
            }
        }
        return false;
    }
}
