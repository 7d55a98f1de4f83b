package dev.tidings.source.freshness;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.log.EventLog;
import dev.tidings.log.EventLog.Listing;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reads from the log which channels have a state, and when they were heard of last. Waits for the log. */
final class Catalogue {
    private static final int PAGE = 500;
    private static final Range LAST_TWO = new Range(new Since.Beginning(), Range.Before.END, List.of(), 2, true);

    private final EventLog log;
    private final Clock clock;
    private final ToLongFunction<String> patience;

    /** @param patience by namespace: how long its channels may be silent, in ms; 0 when that does not matter */
    Catalogue(EventLog log, Clock clock, ToLongFunction<String> patience) {
        this.log = log;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Reads all channels with a state.
     *
     * @param namespaces whose; {@code *} for all
     * @throws CompletionException when the log cannot be read
     */
    void readInto(Watches watches, Set<String> namespaces) {
        for (String tenant : log.tenants().toCompletableFuture().join()) {
            if (Freshness.isOurs(tenant)) {
                continue;
            }
            for (String namespace : namespaces.contains("*") ? Set.of("*") : namespaces) {
                if (namespace.equals("*")) {
                    read(tenant, null, watches);
                } else {
                    read(tenant, new ChannelPattern(namespace), watches);
                    read(tenant, new ChannelPattern(namespace + ":*"), watches);
                }
            }
        }
    }

    private void read(String tenant, @Nullable ChannelPattern pattern, Watches watches) {
        String after = "";
        List<Listing> page;
        do {
            page = log.channels(tenant, pattern, after, PAGE)
                    .toCompletableFuture()
                    .join();
            List<CompletableFuture<@Nullable Watch>> reads = new ArrayList<>();
            for (Listing listing : page) {
                after = listing.key().channel().name();
                reads.add(read(listing.key(), listing.head()).toCompletableFuture());
            }
            for (CompletableFuture<@Nullable Watch> read : reads) {
                Watch watch = read.join();
                if (watch != null) {
                    watches.learn(watch);
                }
            }
        } while (page.size() == PAGE);
    }

    /** What is known of a channel that stands there; null when its silence does not matter. */
    CompletionStage<@Nullable Watch> read(ChannelKey key, Head head) {
        long patienceMs = patience.applyAsLong(key.channel().namespace());
        State state = head.state();
        if (patienceMs == 0 || state == null) {
            return CompletableFuture.completedStage(null);
        }
        if (state.position().equals(head.newest())) {
            return CompletableFuture.completedStage(new Watch(key, patienceMs, head.newest(), state.timestamp()));
        }
        return log.read(key, LAST_TWO).thenApply(slice -> watch(key, patienceMs, slice));
    }

    private Watch watch(ChannelKey key, long patienceMs, Slice slice) {
        List<Event> events = slice.events().reversed();
        Position newest = slice.head().newest();
        if (events.isEmpty()) {
            // Later than it was: rather told late than too early.
            return new Watch(key, patienceMs, newest, clock.millis());
        }
        Position before = new Position(newest.epoch(), events.getFirst().offset() - 1);
        Watch watch = new Watch(key, patienceMs, before, events.getFirst().timestamp());
        events.forEach(watch::hear);
        return watch;
    }
}
