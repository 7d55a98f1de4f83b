package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One channel of a {@link MemoryEventLog}. Not safe for threads: the log's lock guards it. */
final class MemoryStream {
    private final ChannelKey key;
    private final String epoch;
    private final Retention retention;
    private final ArrayDeque<Event> retained = new ArrayDeque<>();
    private long newest;

    /** The newest event that was let go of: its time, and its place in the log. */
    private long goneTime = Long.MIN_VALUE;

    private long goneSequence;
    private @Nullable State state;
    private long touched;

    MemoryStream(ChannelKey key, String epoch, Retention retention) {
        this.key = key;
        this.epoch = epoch;
        this.retention = retention;
    }

    ChannelKey key() {
        return key;
    }

    Head head() {
        return new Head(new Position(epoch, newest), state);
    }

    Position next() {
        return new Position(epoch, newest + 1);
    }

    void add(Event event) {
        newest = event.offset();
        retained.addLast(event);
        expire(event.timestamp());
        touched = Math.max(touched, event.timestamp());
    }

    void setState(@Nullable State state) {
        this.state = state;
    }

    void touch(long now) {
        touched = Math.max(touched, now);
    }

    /** Lets go of what is too much or too old. */
    void expire(long now) {
        long oldest = now - retention.age().toMillis();
        while (!retained.isEmpty()
                && (retained.size() > retention.size() || retained.getFirst().timestamp() < oldest)) {
            Event gone = retained.removeFirst();
            goneTime = Math.max(goneTime, gone.timestamp());
            goneSequence = gone.sequence();
        }
    }

    /** The place in the log of the newest event that it no longer has; 0 if it has all. */
    long goneSequence() {
        return goneSequence;
    }

    /** What it has from after a place in the log. */
    Stream<Event> after(long sequence) {
        return newestSequence() > sequence
                ? retained.stream().filter(event -> event.sequence() > sequence)
                : Stream.empty();
    }

    private long newestSequence() {
        Event last = retained.peekLast();
        return last == null ? 0 : last.sequence();
    }

    /** True when it holds nothing and nobody has asked for it since then. */
    boolean forgottenSince(long time) {
        return state == null && retained.isEmpty() && touched < time;
    }

    boolean exists() {
        return state != null || !retained.isEmpty();
    }

    Slice read(Range range) {
        List<Event> found = new ArrayList<>();
        if (range.limit() > 0) {
            for (Event event : retained) {
                if (begins(range.since(), event) && ends(range.before(), event)) {
                    found.add(event);
                }
            }
        }
        if (range.since() instanceof Since.Last(int count) && found.size() > count) {
            found = found.subList(found.size() - count, found.size());
        }
        return RangeSelection.select(range, found, reach(range.since()), head());
    }

    private boolean begins(Since.InChannel since, Event event) {
        return switch (since) {
            case Since.Now now -> false;
            case Since.Beginning beginning -> true;
            case Since.Last last -> true;
            case Since.AtTime(long timestamp) -> event.timestamp() >= timestamp;
            case Since.After(Position position) ->
                !position.epoch().equals(epoch) || event.offset() > position.offset();
        };
    }

    private boolean ends(Range.Before before, Event event) {
        Position end = before.position();
        return event.timestamp() < before.timestamp()
                && (end == null || (end.epoch().equals(epoch) && event.offset() < end.offset()));
    }

    private Slice.Reach reach(Since.InChannel since) {
        boolean nothingDropped = newest == retained.size();
        return switch (since) {
            case Since.Now now -> Slice.Reach.WHOLE;
            case Since.Beginning beginning -> nothingDropped ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
            case Since.Last(int count) ->
                nothingDropped || retained.size() >= count ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
            case Since.AtTime(long timestamp) -> timestamp > goneTime ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
            case Since.After(Position position) -> reachAfter(position);
        };
    }

    private Slice.Reach reachAfter(Position position) {
        if (!position.epoch().equals(epoch)) {
            return Slice.Reach.OTHER_EPOCH;
        }
        if (position.offset() > newest) {
            return Slice.Reach.AHEAD;
        }
        return position.offset() >= newest - retained.size() ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
    }
}
