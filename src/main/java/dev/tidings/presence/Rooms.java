package dev.tidings.presence;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;

/** Hands what a roster tells to the loops that connections live on. Safe on any thread. */
public final class Rooms implements Roster.Follower {
    private final Roster roster;
    private final Clock clock;
    private final Map<ScheduledExecutorService, LoopRooms> byExecutor = new ConcurrentHashMap<>();
    private final List<LoopRooms> loops = new CopyOnWriteArrayList<>();

    public Rooms(Roster roster, Clock clock) {
        this.roster = roster;
        this.clock = clock;
        roster.follow(this);
    }

    /** The rooms on an event loop, which connections on that loop enter. */
    public LoopRooms on(ScheduledExecutorService loop) {
        return byExecutor.computeIfAbsent(loop, executor -> {
            LoopRooms created = new LoopRooms(executor, roster, clock);
            loops.add(created);
            return created;
        });
    }

    @Override
    public void changed(int shard, long reached, List<Change> changes) {
        offer(new Mailbox.Notice.Changed(shard, reached, changes));
    }

    @Override
    public void lost(int shard, long reached, boolean returning) {
        offer(new Mailbox.Notice.Lost(shard, reached, returning));
    }

    private void offer(Mailbox.Notice notice) {
        for (LoopRooms loop : loops) {
            if (!loop.isEmpty()) {
                loop.mailbox().offer(notice);
            }
        }
    }
}
