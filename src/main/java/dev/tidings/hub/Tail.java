package dev.tidings.hub;

import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Head;
import dev.tidings.log.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The newest events of one channel, without holes, from a place on. Not safe on several threads, but for {@link #loaded}. */
final class Tail {
    private final CompletableFuture<@Nullable Void> loaded = new CompletableFuture<>();
    private final String epoch;
    private final int most;
    private final long ageMs;

    /** What comes while the log is read. */
    private final Queue<Event> meanwhile = new ArrayDeque<>();

    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private boolean loading = true;

    /** Everything after this offset is here. */
    private long from;

    private long newest;
    private long bytes;
    private long used;

    /**
     * @param place from where on
     * @param most how many events it may have
     * @param ageMs how old they may get
     */
    Tail(Position place, int most, long ageMs, long now) {
        this.epoch = place.epoch();
        this.from = place.offset();
        this.most = most;
        this.ageMs = ageMs;
        this.used = now;
    }

    /** Completes when the log has been read, whatever came of it. */
    CompletableFuture<@Nullable Void> loaded() {
        return loaded;
    }

    boolean isLoading() {
        return loading;
    }

    /** When it served somebody last. */
    long used() {
        return used;
    }

    /** What its events take, more or less. */
    long bytes() {
        return bytes;
    }

    /** True when what is asked for is in it, if anywhere. */
    boolean reaches(Position place) {
        return place.epoch().equals(epoch) && place.offset() >= from;
    }

    /** True when the log may still have what is missing here: not for a place of another numbering, or beyond what is retained. */
    boolean mayReachBackTo(Position place) {
        return place.epoch().equals(epoch) && place.offset() < from && events.size() < most;
    }

    /** Takes what the log has had from the place on, and what came meanwhile; false when something is missing between. */
    boolean fill(Slice slice) {
        Position head = slice.head().newest();
        if (!head.epoch().equals(epoch)) {
            return false;
        }
        loading = false;
        newest = head.offset();
        slice.events().forEach(this::keep);
        boolean whole = true;
        for (Event event : meanwhile) {
            whole &= add(event);
        }
        meanwhile.clear();
        return whole;
    }

    /** Takes a new event; false when something before it is missing, or too much waits. */
    boolean add(Event event) {
        if (loading) {
            return meanwhile.add(event) && meanwhile.size() <= most;
        }
        if (!event.position().epoch().equals(epoch) || event.offset() > newest + 1) {
            return false;
        }
        if (event.offset() == newest + 1) {
            newest++;
            keep(event);
        }
        return true;
    }

    private void keep(Event event) {
        events.add(event);
        bytes += sizeOf(event);
        if (events.size() > most) {
            Event oldest = events.remove();
            bytes -= sizeOf(oldest);
            from = oldest.offset();
        }
    }

    private static long sizeOf(Event event) {
        return event.payload().size() + 200L;
    }

    /** What came after a place; null when that is not all here, or too old to be retained. */
    @Nullable
    Slice after(Position place, long now) {
        if (!reaches(place) || place.offset() > newest) {
            return null;
        }
        List<Event> after = new ArrayList<>((int) (newest - place.offset()));
        for (Event event : events) {
            if (event.offset() > place.offset()) {
                after.add(event);
            }
        }
        if (!after.isEmpty() && after.getFirst().timestamp() < now - ageMs) {
            return null;
        }
        used = now;
        return new Slice(after, Slice.Reach.WHOLE, false, new Head(new Position(epoch, newest), null));
    }
}
