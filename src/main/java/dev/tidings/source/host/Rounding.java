package dev.tidings.source.host;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Rounds figures to what is worth telling, so that a machine at rest does not change with every look: percents to whole
 * ones, rates to two digits, amounts to about half a percent of the whole.
 */
final class Rounding {
    private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);
    private static final int STEPS = 256;

    private Rounding() {}

    static long percent(long part, long whole) {
        return whole <= 0 ? 0 : Math.clamp(Math.round(100.0 * part / whole), 0, 100);
    }

    static long rate(double perSecond) {
        return perSecond <= 0 ? 0 : new BigDecimal(perSecond).round(TWO_DIGITS).longValue();
    }

    /** To a step that is a power of two and at most the 256th part of the whole. */
    static long amount(long part, long whole) {
        long step = Math.max(1, Long.highestOneBit(Math.max(1, whole / STEPS)));
        return Math.round((double) part / step) * step;
    }

    static double load(double load) {
        return Math.round(load * 10) / 10.0;
    }
}
