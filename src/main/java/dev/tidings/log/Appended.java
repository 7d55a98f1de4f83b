package dev.tidings.log;

import dev.tidings.event.Position;

/** What became of a draft. */
public sealed interface Appended {
    /**
     * It has its place.
     *
     * @param id the event's id
     * @param timestamp of the event, in ms since the Unix epoch
     * @param duplicate true when an event with this id was there already: these are the place and time of that one
     */
    record Stored(Position position, String id, long timestamp, boolean duplicate) implements Appended {}

    /** The state was not where the draft expected it; nothing was stored. */
    record Conflict(Head head) implements Appended {}
}
