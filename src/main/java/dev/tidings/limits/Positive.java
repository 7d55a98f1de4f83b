package dev.tidings.limits;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.math.BigInteger;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads limits from the configuration and refuses those that would let nothing through. */
public final class Positive {
    private Positive() {}

    /** A whole number, 1 or more. */
    public static final class Count implements Converter<Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value.trim());
                if (number >= 1) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Refused below, in the same words as a number out of range.
            }
            throw new IllegalArgumentException("it must be a whole number from 1 to " + Integer.MAX_VALUE);
        }
    }

    /** A size from 1K, which every message of the contract fits in, to 1G: it is counted in an int. */
    public static final class Size implements Converter<MemorySize> {
        private static final long serialVersionUID = 1L;
        private static final BigInteger SMALLEST = BigInteger.ONE.shiftLeft(10);
        private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(30);

        @Override
        public MemorySize convert(String value) {
            try {
                MemorySize size = new MemorySizeConverter().convert(value.trim());
                if (size.asBigInteger().compareTo(SMALLEST) >= 0
                        && size.asBigInteger().compareTo(LARGEST) <= 0) {
                    return size;
                }
            } catch (IllegalArgumentException e) {
                // Refused below, in the same words as a size out of range.
            }
            throw new IllegalArgumentException("it must be a size from 1K to 1G, such as 64K or 1M");
        }
    }
}
