package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.StateChange;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts changes of state that a slow connection has not had yet together: it gets the last with all that they changed. */
final class Conflation {
    private Conflation() {}

    /**
     * The events with those of each run of state changes of a channel as one, in the place of the last. A run ends where the
     * channel has another event, which must not seem to come sooner or later than it did.
     */
    static List<Outgoing> of(List<Outgoing> events) {
        Set<Outgoing> kept = new LinkedHashSet<>();
        Map<ChannelKey, Outgoing> runs = new HashMap<>();
        for (Outgoing next : events) {
            ChannelKey key = next.event().key();
            if (!changesState(next.event())) {
                runs.remove(key);
                kept.add(next);
                continue;
            }
            Outgoing run = runs.get(key);
            if (run != null) {
                kept.remove(run);
            }
            Outgoing extended = run == null ? next : together(run, next);
            runs.put(key, extended);
            kept.add(extended);
        }
        return List.copyOf(kept);
    }

    private static boolean changesState(Event event) {
        return event.type().equals(Event.STATE_CHANGED)
                && event.payload().tree().path("patch").isObject();
    }

    private static Outgoing together(Outgoing first, Outgoing second) {
        Event last = second.event();
        StateChange change = StateChange.of(first.event().payload()).then(StateChange.of(last.payload()));
        Event merged = new Event(
                last.key(),
                last.type(),
                last.id(),
                last.position(),
                last.sequence(),
                last.timestamp(),
                change.toPayload(),
                last.cause());
        return new Outgoing(merged, first.conflated() + 1 + second.conflated());
    }
}
