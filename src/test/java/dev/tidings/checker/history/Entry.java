package dev.tidings.checker.history;

/**
 * One thing that a client said or heard, or that was done to the service. What a kind has no use for is empty, or 0.
 *
 * @param number its place in the history
 * @param nanos when, since the history began
 * @param who the client
 * @param connection which of its connections, from 1 on
 * @param channel the channel, or the pattern of a subscription
 * @param id the event's
 * @param detail the rest, as {@link Kind} says
 */
public record Entry(
        long number,
        long nanos,
        Kind kind,
        String who,
        int connection,
        String tenant,
        String channel,
        String id,
        String epoch,
        long offset,
        String detail) {

    /** What was said, heard or done. */
    public enum Kind {
        /** A publisher begins to publish an event; detail is its type, a space, and its payload. */
        SENT,
        /** It publishes it once more, not knowing what became of it. */
        AGAIN,
        /** The event has been acknowledged at this place. */
        ACKED,
        /** The service said that it did not take the event, and the publisher leaves it at that; detail is why. */
        REFUSED,
        /** Nobody knows what became of the event, and the publisher leaves it at that; detail is why. */
        UNKNOWN,
        /** A follower has a connection; detail is where to. */
        CONNECTED,
        /** It has lost it, or given it up; detail is why. */
        DISCONNECTED,
        /** It asks for a channel from the place on, or with an empty epoch for what comes next; with detail "again", for what it has already. */
        ASKED,
        /** The service confirms, or tells unasked; detail is "recovered" or "not recovered", a space, and how many are replayed. */
        SUBSCRIBED,
        /** The state that came with a confirmation, as of the offset. */
        SHOWN,
        /** An event came; detail is its type, a space, and its payload. */
        DELIVERED,
        /** From this offset up to the one in detail, nothing will come. */
        GAP,
        /** Something is broken; detail is what, who is what kind. With the offset 1 what was acknowledged may be lost by it. */
        FAULT,
        /** It is whole again. */
        HEALED,
        /** Everything is whole, and what is published from now on has to reach everybody. */
        CALM,
        /** At the end, an instance's history of a channel is read: its numbering and newest offset. */
        READ,
        /** That history has the event at this place; detail is its type, a space, and its payload. */
        STORED,
        /** At the end, an instance has this state, as of the offset; empty where there is none. */
        STATE
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(String.format("%6d %9.3f s  %-12s", number, nanos / 1e9, kind));
        append(line, who + (connection > 0 ? "#" + connection : ""));
        append(line, tenant.isEmpty() ? channel : tenant + "/" + channel);
        append(line, id);
        append(line, epoch.isEmpty() && offset == 0 ? "" : epoch + ":" + offset);
        append(line, detail.length() > 160 ? detail.substring(0, 160) + "…" : detail);
        return line.toString();
    }

    private static void append(StringBuilder line, String part) {
        if (!part.isEmpty()) {
            line.append(' ').append(part);
        }
    }
}
