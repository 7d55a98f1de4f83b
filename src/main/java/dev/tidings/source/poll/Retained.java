package dev.tidings.source.poll;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.MergePatch;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the log retains of one poller's channels, as far as the poller's own writes tell: read once, then kept along.
 *
 * <p>Whenever that may no longer hold (another instance held the lease, or an outcome was not stored) it is forgotten and
 * read again. So what is compared with is always what subscribers have been told, which makes a net change neither missed
 * nor repeated.
 */
final class Retained {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PAGE = 500;
    private static final Range NEWEST_MARKER = new Range(
            new Since.Beginning(),
            Range.Before.END,
            List.of(new Glob(Event.STATE_STALE), new Glob(Event.STATE_FRESH)),
            1,
            true);

    private final EventLog log;
    private final String tenant;
    private final Poller poller;

    private final Map<Channel, ObjectNode> states = new HashMap<>();
    /** Channels whose subscribers were told that the state is stale, and not yet that it is fresh. */
    private final Set<Channel> stale = new HashSet<>();
    /** Channels of which the log no longer tells whether they were stale last. Saying fresh once more settles it. */
    private final Set<Channel> uncertain = new HashSet<>();

    private boolean loaded;

    Retained(EventLog log, String tenant, Poller poller) {
        this.log = log;
        this.tenant = tenant;
        this.poller = poller;
    }

    /** What each channel retains. Not to be changed. */
    Map<Channel, ObjectNode> states() {
        return states;
    }

    /** Whether a channel's state is that already; a member that is null cannot be kept in a state, and so is no difference. */
    boolean isAs(Channel channel, @Nullable ObjectNode now) {
        ObjectNode before = states.get(channel);
        return before != null && now != null && MergePatch.between(before, now).isEmpty();
    }

    boolean isStale(Channel channel) {
        return stale.contains(channel);
    }

    boolean isFreshDue(Channel channel) {
        return stale.contains(channel) || uncertain.contains(channel);
    }

    /** The channels to be marked when the source cannot be reached. */
    Set<Channel> channels() {
        Set<Channel> channels = new HashSet<>(states.keySet());
        if (poller.scope().isExact()) {
            channels.add(new Channel(poller.scope().text()));
        }
        return channels;
    }

    void forget() {
        loaded = false;
    }

    void published(Map<Channel, ObjectNode> now) {
        states.clear();
        states.putAll(now);
        stale.clear();
        uncertain.clear();
    }

    void markedStale(Channel channel) {
        stale.add(channel);
        uncertain.remove(channel);
    }

    /** @throws LogUnavailable when the log cannot be read; what was known is as it was */
    void load() throws InterruptedException {
        if (loaded) {
            return;
        }
        Map<Channel, Head> heads = poller.scope().isExact() ? exactHead() : ownedHeads();
        Map<Channel, CompletionStage<Slice>> markers = new LinkedHashMap<>();
        heads.forEach((channel, head) -> {
            if (mayHaveMarker(head)) {
                markers.put(channel, log.read(key(channel), NEWEST_MARKER));
            }
        });
        Map<Channel, Slice> found = new LinkedHashMap<>();
        for (Map.Entry<Channel, CompletionStage<Slice>> marker : markers.entrySet()) {
            found.put(marker.getKey(), await(marker.getValue()));
        }
        published(Map.of());
        heads.forEach((channel, head) -> {
            if (head.state() != null && head.state().data().tree() instanceof ObjectNode state) {
                states.put(channel, state);
            }
        });
        found.forEach(this::judge);
        loaded = true;
    }

    /** The part of what was seen that this poller may publish: not on a channel whose state is somebody else's. */
    Map<Channel, ObjectNode> uncontested(Map<Channel, ObjectNode> seen, Set<Channel> contested)
            throws InterruptedException {
        Map<Channel, ObjectNode> mine = new HashMap<>(seen);
        if (poller.scope().isExact()) {
            return mine;
        }
        for (Channel channel : seen.keySet()) {
            if (!states.containsKey(channel)) {
                State state = await(log.read(key(channel), Range.HEAD)).head().state();
                if (state != null && !poller.owns(state.data().tree())) {
                    contested.add(channel);
                    mine.remove(channel);
                }
            }
        }
        return mine;
    }

    ChannelKey key(Channel channel) {
        return new ChannelKey(tenant, channel);
    }

    private Map<Channel, Head> exactHead() throws InterruptedException {
        Channel channel = new Channel(poller.scope().text());
        return Map.of(channel, await(log.read(key(channel), Range.HEAD)).head());
    }

    private Map<Channel, Head> ownedHeads() throws InterruptedException {
        Map<Channel, Head> heads = new HashMap<>();
        String after = "";
        List<EventLog.Listing> page;
        do {
            page = await(log.channels(tenant, poller.scope(), after, PAGE));
            for (EventLog.Listing listing : page) {
                State state = listing.head().state();
                if (state != null && poller.owns(state.data().tree())) {
                    heads.put(listing.key().channel(), listing.head());
                }
                after = listing.key().channel().name();
            }
        } while (page.size() == PAGE);
        return heads;
    }

    /** When the newest event is the one that changed the state, nothing was said about that state since. */
    private static boolean mayHaveMarker(Head head) {
        return head.newest().offset() > head.statePosition().offset();
    }

    private void judge(Channel channel, Slice slice) {
        @Nullable
        Event marker = slice.events().isEmpty() ? null : slice.events().getFirst();
        if (marker != null && marker.type().equals(Event.STATE_STALE)) {
            stale.add(channel);
        } else if (marker == null && slice.reach() != Slice.Reach.WHOLE) {
            uncertain.add(channel);
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LogUnavailable known
                    ? known
                    : new LogUnavailable("the log cannot be read", e);
        } catch (TimeoutException e) {
            throw new LogUnavailable("the log did not answer in time", e);
        }
    }
}
