package dev.tidings.log;

import dev.tidings.event.Event;
import java.util.List;

/**
 * What the channels of a pattern had since a place.
 *
 * @param events the events found, each channel's in the order of its offsets
 * @param complete true when nothing since that place is missing
 * @param cursor where the log stood at that moment: followers hear of everything after it
 */
public record Replay(List<Event> events, boolean complete, Cursor cursor) {}
