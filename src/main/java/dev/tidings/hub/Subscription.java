package dev.tidings.hub;

import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.log.SlowConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of one connection, from the first reading of the log to the end.
 *
 * <p>While it reads what has been, what comes new is only noted; so nothing is missed between the two, and what is in both
 * is recognised by its place. What has been chosen for the connection and does not fit into it yet waits in the backlog.
 */
abstract sealed class Subscription permits ChannelSubscription, PatternSubscription {
    /** Events that may wait for a subscription that is still being brought up to date. */
    private static final int MAX_WAITING = 20_000;

    private final Subscriptions owner;

    /** The owner's, at hand: each delivery asks for it. */
    private final Subscriber subscriber;

    private final Filter filter;
    private final boolean patient;
    private final boolean conflating;
    private final Queue<Outgoing> backlog = new ArrayDeque<>(0);
    private List<Outgoing> heard = new ArrayList<>();
    private boolean reading = true;
    private boolean missed;
    private boolean behind;
    private boolean ended;

    /** @param slow what becomes of the connection when it does not take what comes */
    Subscription(Subscriptions owner, Subscriptions.Request request, SlowConsumer slow) {
        this.owner = owner;
        this.subscriber = owner.subscriber();
        this.filter = request.filter();
        this.conflating = request.conflate();
        this.patient = conflating || slow == SlowConsumer.GAP;
    }

    /** Where an event is as seen from a subscription's place. */
    enum Placed {
        /** Seen to already, or before the beginning. */
        PAST,
        /** The next one. */
        DUE,
        /** Something between is missing: the log has to be read. */
        BROKEN
    }

    Subscriptions owner() {
        return owner;
    }

    Subscriber subscriber() {
        return subscriber;
    }

    Filter filter() {
        return filter;
    }

    boolean isReading() {
        return reading;
    }

    boolean hasEnded() {
        return ended;
    }

    /** True when nothing waits: the subscription can be served with what comes. */
    boolean isCaughtUp() {
        return !reading && !behind && backlog.isEmpty();
    }

    /** True when it may fall behind; otherwise a connection that is too slow for it ends. */
    boolean isPatient() {
        return patient;
    }

    /** True when it wants changes of state that it has not had yet put together. */
    boolean isConflating() {
        return conflating;
    }

    /** True when its connection was too slow: it stays where it is, to be brought up to date from the log later. */
    boolean isBehind() {
        return behind;
    }

    /** Stays before an event, which its connection could not take, or after all that it has seen to. */
    void fallBehind(@Nullable Event untaken) {
        if (untaken != null) {
            stayBefore(untaken);
        }
        behind = true;
    }

    abstract void stayBefore(Event event);

    /** Notes an event that comes while the subscription is behind. */
    abstract void passOver(Event event);

    /** How many events it has passed over, as far as it knows. */
    abstract long passedOver();

    /** How many events it has still to give to its connection, or to see to, as far as it knows. */
    long lag() {
        return backlog.size() + heard.size() + (behind || reading ? passedOver() : 0);
    }

    abstract Placed place(Event event);

    /** Notes that everything up to the event has been seen to. */
    abstract void passed(Event event);

    /** True when the connection has got the event by this subscription, or will from its backlog. */
    abstract boolean hasDelivered(Event event);

    /** From now on until {@link #endReading} events are noted, not placed. */
    void beginReading() {
        reading = true;
        behind = false;
        missed = false;
        heard = new ArrayList<>();
    }

    /** What was heard while the log was being read. */
    List<Outgoing> endReading() {
        List<Outgoing> meanwhile = heard;
        reading = false;
        heard = List.of();
        return meanwhile;
    }

    /** Notes that events passed unheard while the log was being read. */
    void miss() {
        missed = true;
        heard.clear();
    }

    /** True when the log has to be read once more. */
    boolean hasMissed() {
        return missed;
    }

    /** Takes a new event; false when something before it is missing. */
    boolean accept(Outgoing outgoing) {
        if (reading) {
            hear(outgoing);
            return true;
        }
        if (behind) {
            passOver(outgoing.event());
            return true;
        }
        return switch (place(outgoing.event())) {
            case PAST -> true;
            case BROKEN -> false;
            case DUE -> {
                passed(outgoing.event());
                if (wants(outgoing.event())) {
                    send(outgoing);
                }
                yield true;
            }
        };
    }

    /**
     * Its connection has no room for events that are due: it falls behind, or the connection ends. That ends also where another of
     * its subscriptions wants events of the same channels: served at two places they would not come in order.
     */
    void tooSlow(Event untaken) {
        if (patient && !owner.overlaps(this)) {
            owner.fallBehind(this, untaken);
        } else {
            subscriber.overflow();
        }
    }

    abstract ChannelPattern target();

    /** True when the event is to be sent by this subscription. */
    boolean wants(Event event) {
        return filter.test(event) && !owner.deliveredByAnother(this, event);
    }

    /** Sends events that have been chosen, as the connection has room for them. */
    void replay(List<Outgoing> chosen) {
        backlog.addAll(chosen);
        sendBacklog();
    }

    /** Sends what waits while there is room for it; true when nothing is left. */
    boolean sendBacklog() {
        Burst burst = new Burst(subscriber);
        while (!backlog.isEmpty() && subscriber.hasRoom()) {
            burst.add(backlog.remove());
        }
        burst.send();
        return backlog.isEmpty();
    }

    /** Stops it. What was chosen still goes out: another subscription may have left it to this one. */
    void end() {
        Burst burst = new Burst(subscriber);
        backlog.forEach(burst::add);
        burst.send();
        backlog.clear();
        heard = List.of();
        ended = true;
    }

    private void hear(Outgoing outgoing) {
        if (heard.size() < MAX_WAITING) {
            heard.add(outgoing);
        } else {
            miss();
        }
    }

    private void send(Outgoing outgoing) {
        if (backlog.isEmpty()) {
            // Nothing waits before it, so it is live: the connection decides whether it can still take it.
            if (subscriber.offer(outgoing.frames()) == Offer.FULL) {
                tooSlow(outgoing.event());
                return;
            }
        } else if (patient) {
            tooSlow(outgoing.event());
            return;
        } else if (backlog.size() == MAX_WAITING) {
            backlog.clear();
            subscriber.overflow();
            return;
        } else {
            backlog.add(outgoing);
        }
        owner.observer().delivered(1, outgoing.event().timestamp());
    }
}
