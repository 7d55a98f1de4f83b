package dev.tidings.presence;

import dev.tidings.event.Presence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of those who are present in a channel.
 *
 * @param members in the order of their connections' ids
 * @param count how many are present, all told
 * @param next the connection after which to go on; null when nobody follows
 * @param sequence of the newest change in the channel's shard that this contains
 */
public record Page(
        List<Presence> members, int count, @Nullable String next, long sequence) {
    /** How many one page has at most. */
    public static final int MAX_LIMIT = 1000;

    /**
     * A page that was read.
     *
     * @param limit how many were asked for
     * @param more true when others follow
     */
    public static Page of(List<Presence> members, int count, int limit, boolean more, long sequence) {
        boolean goesOn = limit > 0 && more && !members.isEmpty();
        return new Page(members, count, goesOn ? members.getLast().connection() : null, sequence);
    }
}
