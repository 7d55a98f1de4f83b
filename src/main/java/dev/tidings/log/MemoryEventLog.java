package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log of one shard in this process's memory: for one instance, and gone with it. Everything it answers is complete when
 * the call returns.
 */
public final class MemoryEventLog implements EventLog {
    private static final long DEDUPE_MS = 5 * 60_000L;
    private static final long FORGET_MS = 60 * 60_000L;
    private static final long SWEEP_MS = 10_000L;

    private final Retention.Policy retention;
    private final Clock clock;
    private final String epoch = Long.toString(new SecureRandom().nextLong(Long.MAX_VALUE), 36);
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock.
    private final Map<String, TreeMap<String, MemoryStream>> tenants = new HashMap<>();
    private final LinkedHashMap<EventId, Appended.Stored> answered = new LinkedHashMap<>();
    private final List<Follower> followers = new ArrayList<>();
    private @Nullable MemoryPositions positions;
    private long sequence;
    private long swept;

    /** The place of the newest event of all the channels that have been forgotten. */
    private long forgotten;

    private record EventId(ChannelKey key, String id) {}

    public MemoryEventLog(Retention.Policy retention, Clock clock) {
        this.retention = retention;
        this.clock = clock;
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public int shardOf(ChannelKey key) {
        return 0;
    }

    @Override
    public CompletionStage<List<Appended>> append(List<Draft> drafts) {
        List<Appended> answers = new ArrayList<>(drafts.size());
        List<Event> events = new ArrayList<>(drafts.size());
        lock.lock();
        try {
            sweep();
            Map<ChannelKey, Boolean> chains = new HashMap<>();
            for (Draft draft : drafts) {
                answers.add(appendOne(draft, chains, events));
            }
            if (!events.isEmpty()) {
                // Told under the lock, so that followers hear of events in their order.
                followers.forEach(follower -> follower.appended(0, events));
            }
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(answers);
    }

    private Appended appendOne(Draft draft, Map<ChannelKey, Boolean> chains, List<Event> events) {
        EventId id = new EventId(draft.key(), draft.id());
        Appended.Stored first = draft.idempotent() ? answered.get(id) : null;
        if (first != null) {
            if (draft.state() != null) {
                // What was computed on top of this write, which is not made again, has to be computed anew.
                chains.put(draft.key(), false);
            }
            return new Appended.Stored(first.position(), first.id(), first.timestamp(), true);
        }
        MemoryStream stream = stream(draft.key());
        Draft.StateWrite write = draft.state();
        if (write != null) {
            Position expected = write.expected();
            boolean holds = expected == null
                    ? chains.getOrDefault(draft.key(), false)
                    : expected.equals(stream.head().statePosition());
            chains.put(draft.key(), holds);
            if (!holds) {
                return new Appended.Conflict(stream.head());
            }
            if (!write.change()) {
                Appended.Stored unchanged =
                        new Appended.Stored(stream.head().newest(), draft.id(), draft.timestamp(), true);
                answered.put(id, unchanged);
                return unchanged;
            }
        }
        Event event = new Event(
                draft.key(),
                draft.type(),
                draft.id(),
                stream.next(),
                ++sequence,
                draft.timestamp(),
                draft.payload(),
                draft.cause());
        stream.add(event);
        if (write != null) {
            stream.setState(write.data() == null ? null : new State(write.data(), event.position(), event.timestamp()));
        }
        events.add(event);
        Appended.Stored stored = new Appended.Stored(event.position(), event.id(), event.timestamp(), false);
        if (draft.idempotent()) {
            answered.put(id, stored);
        }
        return stored;
    }

    @Override
    public CompletionStage<Slice> read(ChannelKey key, Range range) {
        lock.lock();
        try {
            MemoryStream stream = stream(key);
            stream.expire(clock.millis());
            return CompletableFuture.completedFuture(stream.read(range));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since) {
        lock.lock();
        try {
            Cursor cursor = new Cursor(epoch, List.of(sequence));
            return CompletableFuture.completedFuture(
                    switch (since) {
                        case Since.Now now -> new Replay(List.of(), true, cursor);
                        case Since.AfterCursor(Cursor from) -> replayAfter(tenant, pattern, from, cursor);
                        case Since.InChannel place -> replayEach(tenant, pattern, place, cursor);
                    });
        } finally {
            lock.unlock();
        }
    }

    private Replay replayAfter(String tenant, ChannelPattern pattern, Cursor from, Cursor now) {
        if (!from.epoch().equals(epoch) || from.sequences().size() != 1) {
            return new Replay(List.of(), false, now);
        }
        long seen = from.sequences().getFirst();
        if (seen > sequence || seen < forgotten) {
            return new Replay(List.of(), false, now);
        }
        List<Event> events = new ArrayList<>();
        for (MemoryStream stream : matching(tenant, pattern, "")) {
            stream.expire(clock.millis());
            if (stream.goneSequence() > seen) {
                return new Replay(List.of(), false, now);
            }
            stream.after(seen).forEach(events::add);
        }
        events.sort(Comparator.comparingLong(Event::sequence));
        return new Replay(List.copyOf(events), true, now);
    }

    /** What each matching channel has since then, in the order it came. */
    private Replay replayEach(String tenant, ChannelPattern pattern, Since.InChannel since, Cursor now) {
        List<Event> events = new ArrayList<>();
        boolean complete = true;
        for (MemoryStream stream : matching(tenant, pattern, "")) {
            stream.expire(clock.millis());
            Slice slice = stream.read(Range.from(since));
            events.addAll(slice.events());
            complete &= slice.continuous();
        }
        events.sort(Comparator.comparingLong(Event::sequence));
        if (since instanceof Since.Last(int count) && events.size() > count) {
            return new Replay(List.copyOf(events.subList(events.size() - count, events.size())), true, now);
        }
        return new Replay(List.copyOf(events), complete, now);
    }

    @Override
    public CompletionStage<List<Listing>> channels(
            String tenant, @Nullable ChannelPattern pattern, String after, int limit) {
        lock.lock();
        try {
            return CompletableFuture.completedFuture(matching(tenant, pattern, after).stream()
                    .peek(stream -> stream.expire(clock.millis()))
                    .filter(MemoryStream::exists)
                    .limit(limit)
                    .map(stream -> new Listing(stream.key(), stream.head()))
                    .toList());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Set<String>> tenants() {
        lock.lock();
        try {
            return CompletableFuture.completedFuture(Set.copyOf(tenants.keySet()));
        } finally {
            lock.unlock();
        }
    }

    private List<MemoryStream> matching(String tenant, @Nullable ChannelPattern pattern, String after) {
        TreeMap<String, MemoryStream> channels = tenants.getOrDefault(tenant, new TreeMap<>());
        String prefix = pattern == null ? "" : pattern.prefix();
        List<MemoryStream> found = new ArrayList<>();
        boolean pastPrefix = after.compareTo(prefix) >= 0;
        for (MemoryStream stream :
                channels.tailMap(pastPrefix ? after : prefix, !pastPrefix).values()) {
            if (!stream.key().channel().name().startsWith(prefix)) {
                break;
            }
            if (pattern == null || pattern.matches(stream.key().channel())) {
                found.add(stream);
            }
        }
        return found;
    }

    @Override
    public DurablePositions positions(DurablePositions.Settings settings) {
        lock.lock();
        try {
            positions = new MemoryPositions(
                    settings, clock, lock, key -> stream(key).head().newest().epoch());
            return positions;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void follow(Follower follower) {
        lock.lock();
        try {
            followers.add(follower);
        } finally {
            lock.unlock();
        }
    }

    private MemoryStream stream(ChannelKey key) {
        MemoryStream stream = tenants.computeIfAbsent(key.tenant(), tenant -> new TreeMap<>())
                .computeIfAbsent(
                        key.channel().name(),
                        name -> new MemoryStream(
                                key,
                                epoch
                                        + '-'
                                        + Long.toString(
                                                ThreadLocalRandom.current().nextLong(1L << 50), 36),
                                retention.of(key.channel().namespace())));
        stream.touch(clock.millis());
        return stream;
    }

    /** Now and then lets go of what has expired, so that channels which have fallen silent cost nothing for ever. */
    private void sweep() {
        long now = clock.millis();
        if (now - swept < SWEEP_MS) {
            return;
        }
        swept = now;
        Set<ChannelKey> awaited = positions == null ? Set.of() : positions.channels();
        for (TreeMap<String, MemoryStream> channels : tenants.values()) {
            channels.values().removeIf(stream -> {
                stream.expire(now);
                boolean forget = stream.forgottenSince(now - FORGET_MS) && !awaited.contains(stream.key());
                if (forget) {
                    forgotten = Math.max(forgotten, stream.goneSequence());
                }
                return forget;
            });
        }
        tenants.values().removeIf(TreeMap::isEmpty);
        Iterator<Appended.Stored> answers = answered.values().iterator();
        while (answers.hasNext() && answers.next().timestamp() < now - DEDUPE_MS) {
            answers.remove();
        }
    }

    @Override
    public void close() {}
}
