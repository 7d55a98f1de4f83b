package dev.tidings.log.redis;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.RangeSelection;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One read of a channel: asks for no more than is needed for the answer, and makes a slice of what comes. Only the newest
 * events, as many as the retention's size, and none older than its age count, though Redis may still have more.
 *
 * @param shard the channel's
 * @param cutoff what is older than this is too old
 */
record Reading(ChannelKey key, int shard, Range range, Retention retention, long cutoff) {
    /** How long a channel is remembered that somebody asked for but that was never used. */
    private static final Duration UNUSED = Duration.ofHours(1);

    /** Where to begin, as the script understands it. */
    private record From(String kind, long number) {
        static final From NOWHERE = new From("none", 0);
        static final From BEGINNING = new From("after", 0);
    }

    Call call(Keys names, String token, Duration timeout) {
        String member = Keys.member(key);
        From reach = reach();
        From fetch = fetch();
        Position before = needsAll() ? null : range.before().position();
        String epoch = range.since() instanceof Since.After(Position position) ? position.epoch() : "";
        List<Object> arguments = List.of(
                UNUSED.toMillis(),
                Batch.FORGET.plus(retention.age()).toMillis(),
                retention.size(),
                cutoff,
                reach.kind(),
                reach.number(),
                fetch.kind(),
                fetch.number(),
                epoch,
                before == null ? "" : before.epoch(),
                before == null ? 0 : before.offset(),
                isFiltered() || needsAll() ? 0 : range.limit() + 1,
                range.reverse() ? 1 : 0);
        List<String> keys = List.of(names.meta(shard, member), names.history(shard, member));
        return new Call(Script.READ, names, shard, token, keys, arguments, timeout);
    }

    private From reach() {
        return switch (range.since()) {
            case Since.Beginning beginning -> From.BEGINNING;
            case Since.After(Position position) -> new From("after", position.offset());
            case Since.Last(int count) -> new From("last", count);
            case Since.Now now -> From.NOWHERE;
            case Since.AtTime time -> From.NOWHERE;
        };
    }

    private From fetch() {
        if (needsAll()) {
            return From.BEGINNING;
        }
        if (range.limit() == 0) {
            return From.NOWHERE;
        }
        boolean endsInTime = range.before().timestamp() != Long.MAX_VALUE;
        return range.since() instanceof Since.Last && endsInTime ? From.BEGINNING : reach();
    }

    /** Whether the place depends on the events themselves, so that it takes all of them to find it. */
    private boolean needsAll() {
        return range.since() instanceof Since.AtTime;
    }

    /** Whether it takes more events than the limit to find as many as the limit. */
    private boolean isFiltered() {
        return !range.events().isEmpty() || range.before().timestamp() != Long.MAX_VALUE;
    }

    Slice slice(Response answer) {
        Head head = Answers.head(answer, 3);
        List<Event> retained = retained(answer.get(9), head.newest().epoch());
        List<Event> found = new ArrayList<>();
        if (range.limit() > 0) {
            for (Event event : retained) {
                if (begins(event) && ends(event)) {
                    found.add(event);
                }
            }
        }
        if (range.since() instanceof Since.Last(int count) && found.size() > count) {
            found = found.subList(found.size() - count, found.size());
        }
        return RangeSelection.select(range, found, reached(answer, head.newest(), retained), head);
    }

    private List<Event> retained(Response entries, String epoch) {
        List<Event> events = new ArrayList<>(entries.size());
        for (Response entry : entries) {
            Response pair = entry.get(1);
            long offset = Answers.first(entry.get(0).toString());
            long sequence = Answers.number(pair.get(0));
            events.add(EventBytes.decode(pair.get(1).toBytes(), key, epoch, offset, sequence));
        }
        if (range.reverse()) {
            Collections.reverse(events);
        }
        int tooOld = 0;
        while (tooOld < events.size() && events.get(tooOld).timestamp() < cutoff) {
            tooOld++;
        }
        return events.subList(tooOld, events.size());
    }

    private boolean begins(Event event) {
        // The script has seen to the other places.
        return !(range.since() instanceof Since.AtTime(long timestamp)) || event.timestamp() >= timestamp;
    }

    private boolean ends(Event event) {
        Position end = range.before().position();
        return event.timestamp() < range.before().timestamp()
                && (end == null || (end.sameEpoch(event.position()) && event.offset() < end.offset()));
    }

    private Slice.Reach reached(Response answer, Position newest, List<Event> retained) {
        return switch (range.since()) {
            case Since.Now now -> Slice.Reach.WHOLE;
            case Since.Beginning beginning -> reachedOffset(answer, newest, 1);
            case Since.Last(int count) -> reachedOffset(answer, newest, Math.max(1, newest.offset() - count + 1));
            case Since.After(Position position) -> reachedAfter(answer, newest, position);
            case Since.AtTime(long timestamp) ->
                whole(retained.size() == newest.offset() || (timestamp >= cutoff && reachedTime(answer, timestamp)));
        };
    }

    /** Whether everything since a moment is there, unless it was too old. */
    private boolean reachedTime(Response answer, long timestamp) {
        Response entries = answer.get(9);
        if (entries.size() < retention.size()) {
            // None was let go of for being too many, unless the channel was allowed fewer before.
            return timestamp > Answers.number(answer.get(10));
        }
        return entries.size() > 0 && Answers.second(entries.get(0).get(0).toString()) <= timestamp;
    }

    private Slice.Reach reachedAfter(Response answer, Position newest, Position position) {
        if (!position.sameEpoch(newest)) {
            return Slice.Reach.OTHER_EPOCH;
        }
        return position.offset() > newest.offset()
                ? Slice.Reach.AHEAD
                : reachedOffset(answer, newest, position.offset() + 1);
    }

    private Slice.Reach reachedOffset(Response answer, Position newest, long offset) {
        Response first = answer.get(8);
        return whole(offset > newest.offset() || (first != null && Answers.second(first.toString()) >= cutoff));
    }

    private static Slice.Reach whole(boolean is) {
        return is ? Slice.Reach.WHOLE : Slice.Reach.TRIMMED;
    }
}
