package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.SlowConsumer;

/** A subscription to one channel. */
final class ChannelSubscription extends Subscription {
    private final ChannelKey key;

    /** What came up to here is none of the subscription's business. */
    private Position from = new Position("?", 0);

    /** Everything from there up to here has been seen to. */
    private Position last = from;

    /** The newest offset that is known to be in the channel: beyond the last one when it is behind. */
    private long newest;

    ChannelSubscription(Subscriptions owner, ChannelKey key, Subscriptions.Request request, SlowConsumer slow) {
        super(owner, request, slow);
        this.key = key;
    }

    /** Its index among the members of its group, while it is in one. */
    private int slot;

    int slot() {
        return slot;
    }

    void setSlot(int slot) {
        this.slot = slot;
    }

    ChannelKey key() {
        return key;
    }

    @Override
    ChannelPattern target() {
        return ChannelPattern.exactly(key.channel());
    }

    Position from() {
        return from;
    }

    Position last() {
        return last;
    }

    /** Sets out from a place: what comes after it is due. */
    void startAt(Position place) {
        from = place;
        last = place;
        newest = place.offset();
    }

    /** Everything up to this place has been seen to. */
    void advanceTo(Position place) {
        last = place;
        newest = Math.max(newest, place.offset());
    }

    @Override
    Placed place(Event event) {
        if (!event.position().sameEpoch(last)) {
            return Placed.BROKEN;
        }
        if (event.offset() <= last.offset()) {
            return Placed.PAST;
        }
        return event.offset() == last.offset() + 1 ? Placed.DUE : Placed.BROKEN;
    }

    @Override
    void passed(Event event) {
        last = event.position();
    }

    @Override
    void stayBefore(Event event) {
        last = new Position(event.position().epoch(), event.offset() - 1);
        newest = Math.max(newest, event.offset());
    }

    @Override
    void passOver(Event event) {
        if (event.position().sameEpoch(last)) {
            newest = Math.max(newest, event.offset());
        }
    }

    @Override
    long passedOver() {
        return Math.max(0, newest - last.offset());
    }

    @Override
    boolean hasDelivered(Event event) {
        return event.key().equals(key)
                && event.position().sameEpoch(last)
                && event.offset() > from.offset()
                && event.offset() <= last.offset()
                && filter().test(event);
    }
}
