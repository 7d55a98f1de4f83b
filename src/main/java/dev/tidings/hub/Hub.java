package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import dev.tidings.log.SlowConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/** Hands what the log tells to the loops that connections live on. Safe on any thread. */
public final class Hub implements EventLog.Follower {
    private final EventLog log;
    private final HubObserver observer;
    private final Map<ScheduledExecutorService, HubLoop> byExecutor = new ConcurrentHashMap<>();
    private final List<HubLoop> loops = new CopyOnWriteArrayList<>();
    private final SubscriberCount counts = new SubscriberCount();
    private final Function<String, SlowConsumer> slowConsumers;

    /** @param slowConsumers by namespace: what becomes of connections that are too slow */
    public Hub(EventLog log, HubObserver observer, Function<String, SlowConsumer> slowConsumers) {
        this.log = log;
        this.observer = observer;
        this.slowConsumers = slowConsumers;
        log.follow(this);
    }

    /** The hub's part on an event loop, from which connections on that loop subscribe. */
    public HubLoop on(ScheduledExecutorService loop) {
        return byExecutor.computeIfAbsent(loop, executor -> {
            HubLoop created = new HubLoop(executor, log, observer, counts, slowConsumers);
            loops.add(created);
            return created;
        });
    }

    /** How many connections of this instance are subscribed to a channel, by its name or by a pattern. */
    public int subscribers(ChannelKey key) {
        return counts.of(key);
    }

    @Override
    public void appended(int shard, List<Event> events) {
        List<Outgoing> outgoing = null;
        for (HubLoop loop : loops) {
            if (!loop.isIdle()) {
                if (outgoing == null) {
                    outgoing = wrap(events);
                }
                loop.inbox().offer(new Inbox.Signal.Events(shard, outgoing));
            }
        }
    }

    @Override
    public void lost(int shard) {
        loops.forEach(loop -> loop.inbox().offer(new Inbox.Signal.Lost(shard)));
    }

    private static List<Outgoing> wrap(List<Event> events) {
        List<Outgoing> outgoing = new ArrayList<>(events.size());
        for (Event event : events) {
            outgoing.add(new Outgoing(event));
        }
        return outgoing;
    }
}
