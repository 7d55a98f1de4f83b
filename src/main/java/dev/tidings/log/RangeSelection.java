package dev.tidings.log;

import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The part of reading a range that is the same for every log: event types, direction and limit. */
public final class RangeSelection {
    private RangeSelection() {}

    /**
     * Chooses from the events between the ends of a range.
     *
     * @param found all of them, oldest first
     */
    public static Slice select(Range range, List<Event> found, Slice.Reach reach, Head head) {
        List<Event> chosen = new ArrayList<>(found.size());
        for (Event event : found) {
            if (matches(range.events(), event)) {
                chosen.add(event);
            }
        }
        if (range.reverse()) {
            Collections.reverse(chosen);
        }
        boolean cut = chosen.size() > range.limit();
        return new Slice(List.copyOf(cut ? chosen.subList(0, range.limit()) : chosen), reach, cut, head);
    }

    private static boolean matches(List<Glob> globs, Event event) {
        return globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(event.type()));
    }
}
