package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import dev.tidings.log.Retention;
import dev.tidings.log.SlowConsumer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
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
    private final RecentEvents recent;
    private final Function<ScheduledExecutorService, Executor> endOfTurn;

    /**
     * @param retention by namespace: how far back who resumes may be brought up to date
     * @param slowConsumers by namespace: what becomes of connections that are too slow
     * @param endOfTurn of a loop: what runs things there after everything that the loop has to do already
     */
    public Hub(
            EventLog log,
            HubObserver observer,
            Retention.Policy retention,
            Function<String, SlowConsumer> slowConsumers,
            Function<ScheduledExecutorService, Executor> endOfTurn,
            Clock clock) {
        this.endOfTurn = endOfTurn;
        this.log = log;
        this.recent = new RecentEvents(log, retention, clock);
        this.observer = observer;
        this.slowConsumers = slowConsumers;
        log.follow(this);
    }

    /** The hub's part on an event loop, from which connections on that loop subscribe. */
    public HubLoop on(ScheduledExecutorService loop) {
        return byExecutor.computeIfAbsent(loop, executor -> {
            HubLoop created =
                    new HubLoop(executor, endOfTurn.apply(executor), log, recent, observer, counts, slowConsumers);
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
        recent.appended(events);
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
        recent.lost(shard);
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
