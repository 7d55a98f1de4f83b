package dev.tidings.checker.history;

/**
 * A promise that was broken.
 *
 * @param rule which
 * @param who the client that can tell, or the instance
 * @param at the number of the entry that shows it
 */
public record Violation(Rule rule, String who, String tenant, String channel, long at, String message) {

    /** The promises, each by what breaks it. */
    public enum Rule {
        /** An event came that nobody published. */
        INVENTED,
        /** An event came with another type or payload than it was published with, or in another channel. */
        ALTERED,
        /** An event came to another tenant. */
        FOREIGN,
        /** An event came twice on a connection. */
        TWICE,
        /** Events came in another order than that of their offsets. */
        ORDER,
        /** Events were left out, and nothing was said. */
        HOLE,
        /** An event came with another place than its publisher, or another follower, was told. */
        MISPLACED,
        /** A recovery was promised that was none: another numbering, another number of events. */
        RECOVERY,
        /** A loss was announced although nothing can have been lost. */
        NEEDLESS,
        /** The numbering of a channel began anew, and nothing was said. */
        SILENT_RESTART,
        /** One event was given two places. */
        STORED_TWICE,
        /** An acknowledged event is not in the log. */
        LOST,
        /** An event that was said not to have been taken is there. */
        REFUSED,
        /** What was published when all was whole has not come. */
        STUCK,
        /** A state is not what its events make of it. */
        STATE
    }

    @Override
    public String toString() {
        return rule + " " + who + " " + tenant + "/" + channel + " at " + at + ": " + message;
    }
}
