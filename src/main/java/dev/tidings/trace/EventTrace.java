package dev.tidings.trace;

import dev.tidings.event.ChannelKey;
import org.jspecify.annotations.Nullable;

/**
 * The trace of an event.
 *
 * @param high the first half of its id
 * @param low the second half
 * @param caller the span that led to the event; 0 when none is known
 * @param publish the span of its being published
 */
record EventTrace(long high, long low, long caller, long publish) {
    /** Tenants that begin so are the service's: a canary a second is nobody's interest. */
    private static final String OUR_OWN = "_";

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long SECOND = 0x9e3779b97f4a7c15L;
    private static final long THIRD = 0xd1b54a32d192ed03L;

    /**
     * The trace of an event, the same wherever it is asked for; null when it is not told.
     *
     * @param ratio of those that nobody has decided about
     */
    static @Nullable EventTrace of(ChannelKey key, String id, @Nullable String cause, double ratio) {
        if (key.tenant().startsWith(OUR_OWN)) {
            return null;
        }
        long hash = hash(key, id);
        long publish = nonZero(mixed(hash + THIRD));
        TraceParent parent = TraceParent.parse(cause);
        if (parent != null) {
            return parent.sampled() ? new EventTrace(parent.high(), parent.low(), parent.span(), publish) : null;
        }
        long low = nonZero(mixed(hash + SECOND));
        // As OpenTelemetry does it: by the trace's last 63 bits.
        if ((low & Long.MAX_VALUE) >= ratio * Long.MAX_VALUE) {
            return null;
        }
        return new EventTrace(mixed(hash), low, 0, publish);
    }

    /** Another span of the same trace. */
    long span(long number) {
        return nonZero(mixed(publish + number * SECOND));
    }

    private static long hash(ChannelKey key, String id) {
        long hash = add(FNV_OFFSET, key.tenant());
        hash = add(hash, key.channel().name());
        return add(hash, id);
    }

    private static long add(long hash, String text) {
        long sum = hash;
        for (int i = 0; i < text.length(); i++) {
            sum = (sum ^ text.charAt(i)) * FNV_PRIME;
        }
        return (sum ^ 0xffff) * FNV_PRIME;
    }

    /** Every bit of the result depends on every bit (the end of SplitMix64). */
    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static long nonZero(long value) {
        return value == 0 ? 1 : value;
    }
}
