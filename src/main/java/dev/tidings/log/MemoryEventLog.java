package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Draft;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
    private static final long FORGET_MS = 60 * 60_000L;

    /** When memory is scarce; not before its ids are forgotten, whose answers name the channel's epoch. */
    private static final long FORGET_SOON_MS = 2 * AnsweredIds.KEEP_MS;

    private static final long SWEEP_MS = 10_000L;

    private final Retention.Policy retention;
    private final Clock clock;
    private final String epoch = Long.toString(new SecureRandom().nextLong(Long.MAX_VALUE), 36);
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock.
    private final Map<String, TreeMap<String, MemoryStream>> tenants = new HashMap<>();
    private final AnsweredIds answered = new AnsweredIds();
    private final LogMemory memory;
    private final List<Follower> followers = new ArrayList<>();
    private @Nullable MemoryPositions positions;
    private long sequence;
    private long swept;

    /** The place of the newest event of all the channels that have been forgotten. */
    private long forgotten;

    /**
     * @param memory how many bytes it may take: further events push out the oldest of the channels that have most, and what
     *     would have to be kept is refused
     */
    public MemoryEventLog(Retention.Policy retention, Clock clock, long memory) {
        this.retention = retention;
        this.clock = clock;
        this.memory = new LogMemory(memory);
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
        MemoryStream stream = stream(draft.key());
        Appended.Stored first = draft.idempotent() ? answerBefore(draft, stream) : null;
        if (first != null) {
            if (draft.state() != null) {
                // What was computed on top of this write, which is not made again, has to be computed anew.
                chains.put(draft.key(), false);
            }
            return first;
        }
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
        }
        if (!memory.hasRoomFor(toKeep(draft, stream))) {
            if (write != null) {
                chains.put(draft.key(), false);
            }
            return Appended.Full.INSTANCE;
        }
        Appended.Stored stored;
        if (write != null && !write.change()) {
            stored = new Appended.Stored(stream.head().newest(), draft.id(), draft.timestamp(), true);
        } else {
            Event event = store(draft, stream);
            events.add(event);
            stored = new Appended.Stored(event.position(), event.id(), event.timestamp(), false);
        }
        remember(draft, stored);
        return stored;
    }

    private Appended.@Nullable Stored answerBefore(Draft draft, MemoryStream stream) {
        AnsweredIds.Answer answer = answered.find(draft.key(), draft.id(), clock.millis());
        return answer == null
                ? null
                : new Appended.Stored(
                        new Position(stream.head().newest().epoch(), answer.offset()),
                        draft.id(),
                        answer.timestamp(),
                        true);
    }

    /** How many bytes more would have to be kept for good. */
    private long toKeep(Draft draft, MemoryStream stream) {
        Draft.StateWrite write = draft.state();
        long bytes = draft.idempotent() ? AnsweredIds.BYTES : 0;
        if (write != null && write.change()) {
            Json data = write.data();
            bytes += (data == null ? 0 : data.size()) - stream.stateBytes();
        }
        // A channel is counted since it was asked for, even if it does not exist: that is no reason to let it begin.
        return stream.exists() ? bytes : Math.max(bytes, 1);
    }

    private Event store(Draft draft, MemoryStream stream) {
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
        Draft.StateWrite write = draft.state();
        if (write != null) {
            stream.setState(write.data() == null ? null : new State(write.data(), event.position(), event.timestamp()));
        }
        memory.settle(stream.share());
        return event;
    }

    private void remember(Draft draft, Appended.Stored stored) {
        if (draft.idempotent()) {
            answered.put(
                    draft.key(),
                    draft.id(),
                    new AnsweredIds.Answer(stored.position().offset(), stored.timestamp()),
                    clock.millis());
            memory.settleIds(answered.bytes());
        }
    }

    @Override
    public CompletionStage<Slice> read(ChannelKey key, Range range) {
        lock.lock();
        try {
            MemoryStream stream = stream(key);
            expire(stream);
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
            expire(stream);
            if (stream.goneSequence() > seen) {
                return new Replay(List.of(), false, now);
            }
            stream.after(seen, events);
        }
        events.sort(Comparator.comparingLong(Event::sequence));
        return new Replay(List.copyOf(events), true, now);
    }

    /** What each matching channel has since then, in the order it came. */
    private Replay replayEach(String tenant, ChannelPattern pattern, Since.InChannel since, Cursor now) {
        List<Event> events = new ArrayList<>();
        boolean complete = true;
        for (MemoryStream stream : matching(tenant, pattern, "")) {
            expire(stream);
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
                    .peek(this::expire)
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
                                retention.of(key.channel().namespace()),
                                memory));
        stream.touch(clock.millis());
        return stream;
    }

    private void expire(MemoryStream stream) {
        stream.expire(clock.millis());
        memory.settle(stream.share());
    }

    /** Now and then lets go of what has expired, so that channels which have fallen silent cost nothing for ever. */
    private void sweep() {
        long now = clock.millis();
        if (now - swept < SWEEP_MS) {
            return;
        }
        swept = now;
        answered.expire(now);
        memory.settleIds(answered.bytes());
        Set<ChannelKey> awaited = positions == null ? Set.of() : positions.channels();
        long silentSince = now - (memory.isScarce() ? FORGET_SOON_MS : FORGET_MS);
        for (TreeMap<String, MemoryStream> channels : tenants.values()) {
            channels.values().removeIf(stream -> {
                expire(stream);
                boolean forget = stream.forgottenSince(silentSince) && !awaited.contains(stream.key());
                if (forget) {
                    forgotten = Math.max(forgotten, stream.goneSequence());
                    memory.forget(stream.share());
                }
                return forget;
            });
        }
        tenants.values().removeIf(TreeMap::isEmpty);
    }

    /** What it has taken of the memory it may take. */
    public MemoryUsage usage() {
        lock.lock();
        try {
            return memory.usage();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
