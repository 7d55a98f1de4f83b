package dev.tidings.log;

import dev.tidings.event.Position;

/** What became of a draft. */
public sealed interface Appended {
    /**
     * It has its place, or needs none.
     *
     * @param id the event's id
     * @param timestamp of the event, in ms since the Unix epoch
     * @param duplicate true when nothing was stored: the id was known already and these are the first answer's place and
     *     time, or it is a write that changes nothing and these are the place of the channel's newest event and its own time
     */
    record Stored(Position position, String id, long timestamp, boolean duplicate) implements Appended {}

    /** The state was not where the draft expected it; nothing was stored. */
    record Conflict(Head head) implements Appended {}

    /** What would have to be kept has no room; nothing was stored. */
    enum Full implements Appended {
        INSTANCE
    }
}
