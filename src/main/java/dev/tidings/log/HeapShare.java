package dev.tidings.log;

import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * So much memory of the heap: a size, such as {@code 256M}, or a percentage of the largest size that the heap may have.
 *
 * @param amount bytes, 1 MiB or more, or per cent, 1 to 75
 */
public record HeapShare(long amount, boolean percentage) {
    private static final int MOST_PERCENT = 75;
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,2}) ?%");
    private static final BigInteger SMALLEST = BigInteger.ONE.shiftLeft(20);

    /** How many bytes it is of a heap of so many. */
    public long of(long heap) {
        return percentage ? heap / 100 * amount : amount;
    }

    /** Whether a heap of so many bytes has it, and enough besides. */
    public boolean fits(long heap) {
        return of(heap) <= heap / 100 * MOST_PERCENT;
    }

    /** Reads it from the configuration. */
    public static final class Reader implements Converter<HeapShare> {
        private static final long serialVersionUID = 1L;

        @Override
        public HeapShare convert(String value) {
            String text = value.trim();
            Matcher percent = PERCENT.matcher(text);
            if (percent.matches()) {
                long amount = Long.parseLong(percent.group(1));
                if (amount >= 1 && amount <= MOST_PERCENT) {
                    return new HeapShare(amount, true);
                }
            } else {
                try {
                    BigInteger bytes = new MemorySizeConverter().convert(text).asBigInteger();
                    if (bytes.compareTo(SMALLEST) >= 0 && bytes.bitLength() < Long.SIZE) {
                        return new HeapShare(bytes.longValueExact(), false);
                    }
                } catch (IllegalArgumentException e) {
                    // Refused below, in the same words as a size out of range.
                }
            }
            throw new IllegalArgumentException(
                    "it must be a size from 1M on, such as 256M, or a part of the heap from 1% to " + MOST_PERCENT
                            + "%");
        }
    }
}
