package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel of a {@link MemoryEventLog}. Not safe for threads: the log's lock guards it. */
final class MemoryStream {
    private final ChannelKey key;
    private final String epoch;
    private final Retention retention;
    private final PackedEvents retained;
    private final LogMemory.Share share;
    private long newest;
    private long newestSequence;

    /** The newest event that was let go of: its time, and its place in the log. */
    private long goneTime = Long.MIN_VALUE;

    private long goneSequence;
    private @Nullable State state;
    private long touched;

    MemoryStream(ChannelKey key, String epoch, Retention retention, LogMemory memory) {
        this.key = key;
        this.epoch = epoch;
        this.retention = retention;
        retained = new PackedEvents(key, epoch);
        share = memory.share(this);
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
        newestSequence = event.sequence();
        retained.add(event);
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
        long since = now - retention.age().toMillis();
        PackedEvents.Entry oldest = retained.oldest();
        while (oldest != null && (retained.size() > retention.size() || oldest.timestamp() < since)) {
            remove(oldest);
            oldest = retained.oldest();
        }
    }

    /** Lets go of the oldest, and of those that share its memory, which would not be free without them; answers how many. */
    int removeOldestChunk() {
        int bytes = retained.bytes();
        int size = retained.size();
        for (var oldest = retained.oldest(); oldest != null && retained.bytes() == bytes; oldest = retained.oldest()) {
            remove(oldest);
        }
        return size - retained.size();
    }

    private void remove(PackedEvents.Entry oldest) {
        goneTime = Math.max(goneTime, oldest.timestamp());
        goneSequence = oldest.sequence();
        retained.removeOldest();
    }

    /** What it counts as in the log's memory. */
    LogMemory.Share share() {
        return share;
    }

    /** The memory that its events take. */
    int eventBytes() {
        return retained.bytes();
    }

    /** The memory that its state takes. */
    long stateBytes() {
        return state == null ? 0 : state.data().size();
    }

    /** The place in the log of the newest event that it no longer has; 0 if it has all. */
    long goneSequence() {
        return goneSequence;
    }

    /** Adds what it has from after a place in the log. */
    void after(long sequence, List<Event> to) {
        if (newestSequence > sequence) {
            retained.from(1, entry -> {
                if (entry.sequence() > sequence) {
                    to.add(entry.event());
                }
            });
        }
    }

    /** True when it holds nothing and nobody has asked for it since then. */
    boolean forgottenSince(long time) {
        return state == null && retained.size() == 0 && touched < time;
    }

    boolean exists() {
        return state != null || retained.size() > 0;
    }

    Slice read(Range range) {
        List<Event> found = new ArrayList<>();
        if (range.limit() > 0 && !(range.since() instanceof Since.Now)) {
            retained.from(first(range.since()), entry -> {
                if (begins(range.since(), entry) && ends(range.before(), entry)) {
                    found.add(entry.event());
                }
            });
        }
        if (range.since() instanceof Since.Last(int count) && found.size() > count) {
            found.subList(0, found.size() - count).clear();
        }
        return RangeSelection.select(range, found, reach(range.since()), head());
    }

    /** No event of the range has a lower offset. */
    private long first(Since.InChannel since) {
        return since instanceof Since.After(Position position)
                        && position.epoch().equals(epoch)
                ? position.offset() + 1
                : 1;
    }

    private static boolean begins(Since.InChannel since, PackedEvents.Entry entry) {
        return !(since instanceof Since.AtTime(long timestamp)) || entry.timestamp() >= timestamp;
    }

    private boolean ends(Range.Before before, PackedEvents.Entry entry) {
        Position end = before.position();
        return entry.timestamp() < before.timestamp()
                && (end == null || (end.epoch().equals(epoch) && entry.offset() < end.offset()));
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
