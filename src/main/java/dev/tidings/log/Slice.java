package dev.tidings.log;

import dev.tidings.event.Event;
import java.util.List;

/**
 * What a channel had of a range.
 *
 * @param events the events found; oldest first, or newest first when asked so
 * @param reach whether they reach back to where the reader wanted to begin
 * @param cut true when the limit left events out
 * @param head where the channel stood at that moment: no event up to its newest is missing from {@code events} for having
 *     come too late
 */
public record Slice(List<Event> events, Reach reach, boolean cut, Head head) {

    /** Whether everything since the place asked for was still there. */
    public enum Reach {
        /** Nothing after the place is missing. */
        WHOLE,
        /** Events after the place have been trimmed or have expired: too old to resume. */
        TRIMMED,
        /** The place is in a numbering that has ended. */
        OTHER_EPOCH,
        /** The place is beyond the newest event. */
        AHEAD
    }

    /** True when a reader who had seen everything up to the place now has seen everything up to the head. */
    public boolean continuous() {
        return reach == Reach.WHOLE && !cut;
    }
}
