package dev.tidings.presence;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.hub.Subscriber;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The channels in which connections of one event loop are present. Used on that loop's thread only, but where it says
 * otherwise; the stages it returns complete there too.
 */
public final class LoopRooms {
    private static final long RETRY_MS = 250;

    /** How long after a roster has lost its data those who are missing may take to be announced again. */
    private static final long RETURN_MS = 8000;

    private final ScheduledExecutorService loop;
    private final Roster roster;
    private final Clock clock;
    private final Mailbox mailbox;
    private final Map<ChannelKey, Room> rooms = new HashMap<>();
    private final Waiters waiters;

    /** By shard: the newest change heard of. */
    private final Map<Integer, Long> heard = new HashMap<>();

    // Written on the loop, read by the roster's threads.
    private volatile boolean empty = true;

    LoopRooms(ScheduledExecutorService loop, Roster roster, Clock clock) {
        this.loop = loop;
        this.roster = roster;
        this.clock = clock;
        this.mailbox = new Mailbox(loop, this::drain);
        this.waiters = new Waiters(loop, this::hasReached);
    }

    /** Safe on any thread. */
    Mailbox mailbox() {
        return mailbox;
    }

    /** True when nobody here wants to hear of anything. Safe on any thread. */
    boolean isEmpty() {
        return empty;
    }

    /**
     * Makes a connection present. When the stage completes, it is known here who else is. If it fails, the caller is to call
     * {@link #leave}.
     */
    public CompletionStage<Void> join(ChannelKey key, Presence presence) {
        Room room = rooms.get(key);
        if (room == null) {
            room = new Room(key);
            rooms.put(key, room);
            empty = false;
            read(room);
        }
        room.admit(presence.connection());
        Room entered = room;
        return onLoop(roster.join(key, presence)).thenCompose(done -> waiters.await(entered, 0));
    }

    /** Tells a connection that has joined who comes and goes from now on. */
    public void listen(ChannelKey key, String connection, Subscriber subscriber) {
        Room room = rooms.get(key);
        if (room != null) {
            room.listen(connection, subscriber);
        }
    }

    /** Ends a connection's presence. */
    public void leave(ChannelKey key, String connection) {
        Room room = rooms.get(key);
        if (room != null) {
            room.dismiss(connection);
            if (room.isEmpty()) {
                rooms.remove(key);
                empty = rooms.isEmpty();
                waiters.release();
            }
        }
        roster.leave(key, connection);
    }

    /**
     * Reads who is present. For a connection that is present itself the answer is made of what it has been told, so that it
     * fits what it will be told from then on; and not before it has been told everything that happened before it asked.
     *
     * @param connection that asks
     * @param after only connections whose ids are greater than this; empty for the first
     * @param limit at most so many; 0 when only their number is wanted
     */
    public CompletionStage<Page> read(ChannelKey key, String connection, String after, int limit) {
        Room room = rooms.get(key);
        if (room == null || !room.has(connection) || limit == 0) {
            return onLoop(roster.read(key, after, limit));
        }
        return onLoop(roster.read(key, "", 0))
                .thenCompose(now -> waiters.await(room, now.sequence()))
                .thenApply(done -> room.page(after, limit));
    }

    /** True also for a room that nobody of this loop is in any more: it gets no further. */
    private boolean hasReached(Room room, long sequence) {
        long known = Math.max(room.reached(), heard.getOrDefault(roster.shardOf(room.key()), 0L));
        return (room.isCurrent() && known >= sequence) || !isOpen(room);
    }

    private void drain() {
        for (Mailbox.Notice notice : mailbox.takeAll()) {
            switch (notice) {
                case Mailbox.Notice.Changed(int shard, long reached, List<Change> changes) ->
                    hear(shard, reached, changes);
                case Mailbox.Notice.Lost(int shard, long reached, boolean returning) -> lost(shard, reached, returning);
            }
        }
        waiters.release();
    }

    private void hear(int shard, long reached, List<Change> changes) {
        Set<Room> touched = new LinkedHashSet<>();
        for (Change change : changes) {
            Room room = rooms.get(change.key());
            if (room != null) {
                room.hear(change);
                touched.add(room);
            }
        }
        heard.put(shard, reached);
        long now = clock.millis();
        touched.forEach(room -> room.tell(now));
    }

    private void lost(int shard, long reached, boolean returning) {
        heard.put(shard, reached);
        for (Room room : rooms.values()) {
            if (roster.shardOf(room.key()) == shard) {
                if (returning) {
                    room.expectReturns(RETURN_MS);
                }
                read(room);
            }
        }
    }

    /** Brings a room's view up to date. */
    private void read(Room room) {
        Reading reading = new Reading(room);
        room.beginReading(reading);
        reading.next("");
    }

    private void settled(Reading reading) {
        Room room = reading.room;
        room.settle(reading.found, reading.sequence);
        room.tell(clock.millis());
        if (room.expectsReturns()) {
            // By then whoever has not come back has gone.
            var unused = loop.schedule(
                    () -> {
                        if (isOpen(room) && room.isCurrent()) {
                            read(room);
                        }
                    },
                    RETURN_MS + RETRY_MS,
                    TimeUnit.MILLISECONDS);
        }
        waiters.release();
    }

    private boolean isOpen(Room room) {
        return room.equals(rooms.get(room.key()));
    }

    /** The same result, as a task of the loop. */
    private <T> CompletableFuture<T> onLoop(CompletionStage<T> stage) {
        return stage.toCompletableFuture().whenCompleteAsync((result, failure) -> {}, loop);
    }

    /** Reads a room's members page by page. */
    private final class Reading {
        private final Room room;
        private final NavigableMap<String, Presence> found = new TreeMap<>();

        /** Of the first page: whatever changed while the others were read is among what the room noted. */
        private long sequence = -1;

        Reading(Room room) {
            this.room = room;
        }

        void next(String after) {
            var unusedStage = onLoop(roster.read(room.key(), after, Page.MAX_LIMIT))
                    .whenComplete((page, failure) -> {
                        if (!isOpen(room) || !room.isReadBy(this)) {
                            return;
                        }
                        if (page == null || room.hasMissed()) {
                            var unused = loop.schedule(this::again, RETRY_MS, TimeUnit.MILLISECONDS);
                            return;
                        }
                        sequence = sequence < 0 ? page.sequence() : sequence;
                        page.members().forEach(member -> found.put(member.connection(), member));
                        if (page.next() == null) {
                            settled(this);
                        } else {
                            next(page.next());
                        }
                    });
        }

        private void again() {
            if (isOpen(room) && room.isReadBy(this)) {
                read(room);
            }
        }
    }
}
