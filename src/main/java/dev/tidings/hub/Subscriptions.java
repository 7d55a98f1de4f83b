package dev.tidings.hub;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Position;
import dev.tidings.log.Since;
import dev.tidings.protocol.ClientMessage.Wish;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection. Used on the connection's loop only.
 *
 * <p>Requests are carried out one after the other, in the order they were made, so that a request for a target that is
 * still being subscribed to finds it settled.
 */
public final class Subscriptions {
    private final HubLoop loop;
    private final Subscriber subscriber;
    private final String tenant;
    private final Map<ChannelPattern, Subscription> byTarget = HashMap.newHashMap(2);
    private final Queue<Runnable> lane = new ArrayDeque<>(0);
    private boolean laneBusy;
    private boolean goingOn;
    private int patterns;
    private boolean closed;

    Subscriptions(HubLoop loop, Subscriber subscriber, String tenant) {
        this.loop = loop;
        this.subscriber = subscriber;
        this.tenant = tenant;
    }

    /**
     * What a subscription is asked for.
     *
     * @param since where to begin
     * @param state whether the retained state is wanted with the answer
     * @param conflate whether changes of state may be put together where the connection is slow
     */
    public record Request(ChannelPattern target, Filter filter, Since since, Wish state, boolean conflate) {}

    /** Subscribes, or replaces the subscription to the same target without loss. The reply comes before any event. */
    public void subscribe(Request request, Reply reply) {
        enter(() -> begin(request, reply));
    }

    /**
     * As {@link #subscribe(Request, Reply)}, once it is known what is asked for.
     *
     * @param first begun when it is this request's turn; its stage completes on the loop
     */
    public void subscribe(Supplier<CompletionStage<Request>> first, Reply reply) {
        enter(() -> {
            var unused = first.get().whenComplete((request, failure) -> {
                if (closed) {
                    return;
                }
                if (request != null) {
                    begin(request, reply);
                } else {
                    reply.failed(failure == null ? new IllegalStateException("no request") : failure);
                    leave();
                }
            });
        });
    }

    private void begin(Request request, Reply reply) {
        if (request.target().isExact()) {
            loop.joinChannel(this, new Channel(request.target().text()), request, reply);
        } else {
            loop.joinPattern(this, request, reply);
        }
    }

    /** Runs something when the requests made before it have been carried out. */
    public void inTurn(Runnable action) {
        enter(() -> {
            action.run();
            leave();
        });
    }

    /** Ends a subscription, if there is one; then runs what is given. */
    public void unsubscribe(ChannelPattern target, Runnable done) {
        enter(() -> {
            Subscription subscription = byTarget.get(target);
            if (subscription != null) {
                drop(subscription);
            }
            done.run();
            leave();
        });
    }

    /** The number of targets subscribed to. */
    public int size() {
        return byTarget.size();
    }

    /** How many events its subscriptions have still to be given, as far as is known here. */
    public long lag() {
        long lag = 0;
        for (Subscription each : byTarget.values()) {
            lag += each.lag();
        }
        return lag;
    }

    /** True when there is a subscription to exactly this target. */
    public boolean contains(ChannelPattern target) {
        return byTarget.containsKey(target);
    }

    /**
     * Up to where in a channel that is subscribed to the connection has been given everything that it wants: it may resume
     * there. Null while something of it is still on its way.
     */
    public @Nullable Position place(Channel channel) {
        ChannelSubscription subscription = channel(new ChannelKey(tenant, channel));
        return subscription == null ? null : loop.placeOf(subscription);
    }

    /** How far the subscription to exactly this channel has come; null when there is none. */
    public @Nullable Progress progress(ChannelKey key) {
        ChannelSubscription subscription = channel(key);
        return subscription == null ? null : loop.progress(subscription);
    }

    /** The targets subscribed to. */
    public List<ChannelPattern> targets() {
        return List.copyOf(byTarget.keySet());
    }

    /** Ends all of them. */
    public void close() {
        closed = true;
        lane.clear();
        List.copyOf(byTarget.values()).forEach(this::drop);
    }

    boolean isClosed() {
        return closed;
    }

    Subscriber subscriber() {
        return subscriber;
    }

    String tenant() {
        return tenant;
    }

    HubObserver observer() {
        return loop.observer();
    }

    boolean hasPatterns() {
        return patterns > 0;
    }

    @Nullable
    Subscription get(ChannelPattern target) {
        return byTarget.get(target);
    }

    /** The subscription to one channel, if there is one. */
    @Nullable
    ChannelSubscription channel(ChannelKey key) {
        return byTarget.get(ChannelPattern.exactly(key.channel())) instanceof ChannelSubscription found ? found : null;
    }

    /** Puts a subscription in its place; the one that had it before ends. */
    void settle(ChannelPattern target, Subscription subscription) {
        Subscription before = byTarget.get(target);
        if (before != null) {
            drop(before);
        }
        byTarget.put(target, subscription);
        if (subscription instanceof PatternSubscription && ++patterns == 1) {
            each(ChannelSubscription.class).forEach(loop::single);
        }
    }

    void fallBehind(Subscription subscription, Event untaken) {
        loop.fallBehind(subscription, untaken);
    }

    private void drop(Subscription subscription) {
        subscription.end();
        byTarget.values().remove(subscription);
        loop.remove(subscription);
        if (subscription instanceof PatternSubscription && --patterns == 0) {
            each(ChannelSubscription.class).forEach(loop::regroup);
        }
    }

    private <T extends Subscription> List<T> each(Class<T> kind) {
        return byTarget.values().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** True when the connection has got an event by another subscription than this one, or will. */
    boolean deliveredByAnother(Subscription subscription, Event event) {
        if (patterns == 0) {
            return false;
        }
        for (Subscription other : byTarget.values()) {
            if (other != subscription && other.hasDelivered(event)) {
                return true;
            }
        }
        return false;
    }

    /** True when another subscription may want events that this one may want. */
    boolean overlaps(Subscription subscription) {
        ChannelPattern target = subscription.target();
        return patterns > 0
                && byTarget.keySet().stream()
                        .anyMatch(other -> !other.equals(target) && (other.covers(target) || target.covers(other)));
    }

    private void enter(Runnable step) {
        lane.add(step);
        if (!laneBusy) {
            goOn();
        }
    }

    /** The step under way is done: on to the next. */
    void leave() {
        laneBusy = false;
        goOn();
    }

    /** Not by recursion: a client may have sent more, while one of its requests took long, than the stack could hold. */
    private void goOn() {
        if (goingOn) {
            return;
        }
        goingOn = true;
        try {
            Runnable next;
            while (!laneBusy && (next = lane.poll()) != null) {
                laneBusy = true;
                next.run();
            }
        } finally {
            goingOn = false;
        }
    }
}
