package dev.tidings.hub;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.log.EventLog;
import dev.tidings.log.SlowConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The subscriptions of the connections of one event loop. Used on that loop's thread only, but where it says otherwise. */
public final class HubLoop {
    /** How often replays that wait for a connection to take more are looked after. */
    private static final long REPLAY_MS = 10;

    private final ScheduledExecutorService executor;
    private final EventLog log;
    private final HubObserver observer;
    private final SubscriberCount counts;
    private final Function<String, SlowConsumer> slowConsumers;
    private final Inbox inbox;
    private final Catchup catchup;
    private final QuietChannels quiet;
    private final Map<ChannelKey, Topic> topics = new HashMap<>();
    private final Map<String, List<PatternSubscription>> patterns = new HashMap<>();

    /** Those that have something to be sent when their connections have room for it. */
    private final Set<Subscription> replaying = new LinkedHashSet<>();

    private Runnable afterDeliveries = () -> {};

    /** By shard: the sequence number of the newest event heard of. */
    private final long[] heard;

    // Written on the loop, read by the log's thread.
    private volatile int subscriptions;

    HubLoop(
            ScheduledExecutorService executor,
            Executor endOfTurn,
            EventLog log,
            RecentEvents recent,
            HubObserver observer,
            SubscriberCount counts,
            Function<String, SlowConsumer> slowConsumers) {
        this.slowConsumers = slowConsumers;
        this.executor = executor;
        this.log = log;
        this.observer = observer;
        this.counts = counts;
        this.inbox = new Inbox(executor, endOfTurn, this::drain);
        this.catchup = new Catchup(this, log, recent, executor);
        this.quiet = new QuietChannels(topics, log, executor);
        this.heard = new long[log.shards()];
    }

    /** Takes a connection in. */
    public Subscriptions open(Subscriber subscriber, String tenant) {
        return new Subscriptions(this, subscriber, tenant);
    }

    /** Safe on any thread. */
    Inbox inbox() {
        return inbox;
    }

    /** True when nobody here wants to hear of anything. Safe on any thread. */
    boolean isIdle() {
        return subscriptions == 0;
    }

    HubObserver observer() {
        return observer;
    }

    /** Lets the log know which channels are still wanted; done by itself every now and then. */
    void refresh() {
        quiet.refresh();
    }

    int shardOf(Event event) {
        return log.shardOf(event.key());
    }

    long heard(int shard) {
        return heard[shard];
    }

    void joinChannel(Subscriptions owner, Channel channel, Subscriptions.Request request, Reply reply) {
        ChannelKey key = new ChannelKey(owner.tenant(), channel);
        SlowConsumer slow = slowConsumers.apply(channel.namespace());
        ChannelSubscription joining = new ChannelSubscription(owner, key, request, slow);
        begin(joining, owner.tenant(), request.target());
        topics.computeIfAbsent(key, Topic::new).add(joining);
        catchup.join(joining, request, reply);
    }

    void joinPattern(Subscriptions owner, Subscriptions.Request request, Reply reply) {
        SlowConsumer slow = slowConsumers.apply(request.target().namespace());
        PatternSubscription joining = new PatternSubscription(owner, request, slow, this);
        begin(joining, owner.tenant(), request.target());
        patterns.computeIfAbsent(owner.tenant(), tenant -> new ArrayList<>()).add(joining);
        catchup.join(joining, request, reply);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this loop's thread writes it.
    private void begin(Subscription joining, String tenant, ChannelPattern target) {
        joining.beginReading();
        subscriptions++;
        counts.add(tenant, target, 1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this loop's thread writes it.
    void remove(Subscription subscription) {
        subscriptions--;
        replaying.remove(subscription);
        switch (subscription) {
            case ChannelSubscription one -> {
                counts.add(one.key().tenant(), ChannelPattern.exactly(one.key().channel()), -1);
                Topic topic = topics.get(one.key());
                if (topic != null) {
                    topic.remove(one);
                    if (topic.isEmpty()) {
                        topics.remove(one.key());
                    }
                }
            }
            case PatternSubscription many -> {
                String tenant = many.owner().tenant();
                counts.add(tenant, many.pattern(), -1);
                patterns.computeIfPresent(tenant, (same, list) -> {
                    list.remove(many);
                    return list.isEmpty() ? null : list;
                });
            }
        }
    }

    /** Serves a channel's subscription by itself, for its connection may get the same events by a pattern. */
    void single(ChannelSubscription subscription) {
        Topic topic = topics.get(subscription.key());
        if (topic != null) {
            topic.single(subscription);
        }
    }

    @Nullable
    Position placeOf(ChannelSubscription subscription) {
        Topic topic = topics.get(subscription.key());
        return topic == null ? null : topic.placeOf(subscription);
    }

    Progress progress(ChannelSubscription subscription) {
        Topic topic = topics.get(subscription.key());
        Position reached = topic == null ? subscription.last() : topic.reached(subscription);
        return new Progress(subscription.from(), reached);
    }

    void regroup(ChannelSubscription subscription) {
        Topic topic = topics.get(subscription.key());
        if (topic != null) {
            topic.regroup();
        }
    }

    /** A subscription has what it needs to go on: it is served from here on, at the pace of its connection. */
    void caughtUp(Subscription subscription) {
        if (!subscription.sendBacklog()
                || (subscription.isBehind() && !subscription.subscriber().hasRoom())) {
            goOnLater(subscription);
        } else if (subscription.isBehind()) {
            catchup.resume(subscription);
        } else if (subscription instanceof ChannelSubscription one) {
            regroup(one);
        }
    }

    /** A connection has no room for an event: the subscription stays there until it has. */
    void fallBehind(Subscription subscription, Event untaken) {
        subscription.fallBehind(untaken);
        observer.fellBehind();
        goOnLater(subscription);
    }

    private void goOnLater(Subscription subscription) {
        if (replaying.isEmpty()) {
            var unused = executor.schedule(this::continueReplays, REPLAY_MS, TimeUnit.MILLISECONDS);
        }
        replaying.add(subscription);
    }

    private void continueReplays() {
        List<Subscription> waiting = List.copyOf(replaying);
        replaying.clear();
        waiting.forEach(this::caughtUp);
    }

    /** Has something run after each round of deliveries, such as flushing what they wrote. */
    public void afterDeliveries(Runnable action) {
        afterDeliveries = action;
    }

    private void drain() {
        long started = System.nanoTime();
        List<Inbox.Signal> signals = inbox.takeAll();
        for (Inbox.Signal signal : signals) {
            switch (signal) {
                case Inbox.Signal.Events(int shard, List<Outgoing> events) ->
                    deliverOrLookUp(shard, events, signals.size() == 1);
                case Inbox.Signal.Lost(int shard) -> lost(shard);
            }
        }
        afterDeliveries.run();
        inbox.drained(System.nanoTime() - started);
    }

    /** A fault with one event must not keep the others from their subscribers: then these look up what they missed. */
    private void deliverOrLookUp(int shard, List<Outgoing> events, boolean alone) {
        try {
            deliver(shard, events, alone);
        } catch (RuntimeException fault) {
            observer.failed(fault);
            lost(shard);
        }
    }

    /** @param alone when there is nothing else to deliver in this turn */
    private void deliver(int shard, List<Outgoing> events, boolean alone) {
        Map<ChannelKey, List<Outgoing>> byChannel = byChannel(events);
        boolean last = alone && byChannel.size() == 1;
        byChannel.forEach((channel, same) -> deliverTogether(channel, same, last));
        deliverSingly(events);
        heard[shard] = events.getLast().event().sequence();
    }

    private static Map<ChannelKey, List<Outgoing>> byChannel(List<Outgoing> events) {
        if (events.size() == 1) {
            return Map.of(events.getFirst().event().key(), events);
        }
        Map<ChannelKey, List<Outgoing>> byChannel = new LinkedHashMap<>();
        for (Outgoing outgoing : events) {
            byChannel
                    .computeIfAbsent(outgoing.event().key(), key -> new ArrayList<>())
                    .add(outgoing);
        }
        return byChannel;
    }

    private void deliverTogether(ChannelKey key, List<Outgoing> events, boolean last) {
        Topic topic = topics.get(key);
        if (topic != null) {
            catchup.repair(topic.deliver(events, last, observer));
        }
    }

    /** In the order of the shard, by which patterns go, and event by event, for a connection may have several subscriptions. */
    private void deliverSingly(List<Outgoing> events) {
        Set<Topic> touched = new LinkedHashSet<>();
        for (Outgoing outgoing : events) {
            ChannelKey key = outgoing.event().key();
            Topic topic = topics.get(key);
            if (topic != null && !topic.singles().isEmpty()) {
                for (ChannelSubscription single : topic.singles()) {
                    if (!single.accept(outgoing)) {
                        catchup.repair(List.of(single));
                    }
                }
                touched.add(topic);
            }
            for (PatternSubscription pattern : matching(key)) {
                pattern.accept(outgoing);
            }
        }
        // Not sooner: the groups have had all of these events already.
        touched.forEach(Topic::regroup);
    }

    private List<PatternSubscription> matching(ChannelKey key) {
        List<PatternSubscription> ofTenant = patterns.get(key.tenant());
        if (ofTenant == null) {
            return List.of();
        }
        List<PatternSubscription> matching = new ArrayList<>();
        for (PatternSubscription each : ofTenant) {
            if (each.pattern().matches(key.channel())) {
                matching.add(each);
            }
        }
        return matching;
    }

    /** Something of a shard passed unheard: every subscription that may have wanted it looks it up. */
    private void lost(int shard) {
        for (Topic topic : topics.values()) {
            if (log.shardOf(topic.key()) == shard) {
                topic.dissolve();
                catchup.repair(List.copyOf(topic.singles()));
            }
        }
        for (List<PatternSubscription> each : patterns.values()) {
            each.forEach(catchup::repair);
        }
    }
}
