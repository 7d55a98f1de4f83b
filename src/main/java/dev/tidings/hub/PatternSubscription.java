package dev.tidings.hub;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.log.Cursor;
import dev.tidings.log.SlowConsumer;
import java.util.List;
import java.util.stream.IntStream;

/** A subscription to all channels of a pattern. Its place is one in every shard of the log. */
final class PatternSubscription extends Subscription {
    private final ChannelPattern pattern;
    private final HubLoop loop;
    private String epoch = "?";

    /** By shard: what came up to here is none of the subscription's business. */
    private long[] from = {};

    /** By shard: everything from there up to here has been seen to, and whatever the loop has heard since. */
    private long[] seen = {};

    private long passedOver;

    PatternSubscription(Subscriptions owner, Subscriptions.Request request, SlowConsumer slow, HubLoop loop) {
        super(owner, request, slow);
        this.pattern = request.target();
        this.loop = loop;
    }

    ChannelPattern pattern() {
        return pattern;
    }

    @Override
    ChannelPattern target() {
        return pattern;
    }

    boolean matches(Event event) {
        return event.key().tenant().equals(owner().tenant()) && pattern.matches(event.channel());
    }

    /** Sets out from a place: what comes after it is due. */
    void startAt(Cursor cursor) {
        from = array(cursor);
        advanceTo(cursor);
    }

    /** Sets out from before the first of these events, of which each shard's last is not beyond the place. */
    void startBefore(List<Event> events, Cursor place) {
        startAt(place);
        for (Event event : events) {
            int shard = loop.shardOf(event);
            from[shard] = Math.min(from[shard], event.sequence() - 1);
        }
    }

    /** Everything up to this place has been seen to. */
    void advanceTo(Cursor cursor) {
        epoch = cursor.epoch();
        seen = array(cursor);
        passedOver = 0;
    }

    /** Where it is now. */
    Cursor cursor() {
        return new Cursor(
                epoch, IntStream.range(0, seen.length).mapToObj(this::reached).toList());
    }

    /** How many events of all channels, of whatever tenant, it has not seen to. */
    long lagInLog() {
        long lag = 0;
        for (int shard = 0; shard < seen.length; shard++) {
            lag += Math.max(0, loop.heard(shard) - seen[shard]);
        }
        return lag;
    }

    @Override
    Placed place(Event event) {
        // The log tells a loop of everything in a shard, or that something was lost: there are no holes to be found
        // here.
        return event.sequence() > seen[loop.shardOf(event)] ? Placed.DUE : Placed.PAST;
    }

    @Override
    void passed(Event event) {
        seen[loop.shardOf(event)] = event.sequence();
    }

    /** The loop has seen to all that it has heard in the other shards, and in this one to all before the event. */
    @Override
    void stayBefore(Event event) {
        for (int shard = 0; shard < seen.length; shard++) {
            seen[shard] = reached(shard);
        }
        seen[loop.shardOf(event)] = event.sequence() - 1;
        passedOver = 1;
    }

    @Override
    void passOver(Event event) {
        passedOver++;
    }

    @Override
    long passedOver() {
        return passedOver;
    }

    @Override
    boolean hasDelivered(Event event) {
        if (isNowhereYet() || !matches(event)) {
            return false;
        }
        int shard = loop.shardOf(event);
        return event.sequence() > from[shard] && event.sequence() <= reached(shard) && filter().test(event);
    }

    private long reached(int shard) {
        // What is heard while it reads, or is behind, has not been seen to.
        return isBehind() || isReading() ? seen[shard] : Math.max(seen[shard], loop.heard(shard));
    }

    private boolean isNowhereYet() {
        return seen.length == 0;
    }

    private static long[] array(Cursor cursor) {
        return cursor.sequences().stream().mapToLong(Long::longValue).toArray();
    }
}
