package dev.tidings.log.redis;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.log.Cursor;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Retention;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * Reads what all channels of a pattern had since a place. Each shard's events are in its order; between shards they are in
 * the order of their times.
 */
final class Replaying {
    private static final int PAGE = 1000;

    /** How many channels are read at a time. */
    private static final int CHUNK = 100;

    /** More than this is not replayed: it is given up as if it had been trimmed. */
    private static final int MOST = 100_000;

    private final Calls calls;
    private final Keys keys;
    private final Shards shards;
    private final Catalogue catalogue;
    private final RedisSettings settings;
    private final Retention.Policy retention;
    private final Clock clock;

    /** Reads a channel. */
    private final BiFunction<ChannelKey, Range, CompletionStage<Slice>> read;

    /** One replay, as far as it has come. Used by one thread at a time. */
    private static final class Findings {
        private final List<List<Event>> byShard = new ArrayList<>();
        private final List<Event> oldestOfTrimmed = new ArrayList<>();
        private boolean complete = true;
        private boolean tooMany;
        private int count;

        Findings(int shards) {
            for (int shard = 0; shard < shards; shard++) {
                byShard.add(new ArrayList<>());
            }
        }

        void add(int shard, List<Event> events) {
            count += events.size();
            tooMany |= count > MOST;
            if (!tooMany) {
                byShard.get(shard).addAll(events);
            }
        }

        void trimmed(List<Event> retained) {
            complete = false;
            if (!retained.isEmpty()) {
                oldestOfTrimmed.add(retained.getFirst());
            }
        }
    }

    /** Where an event goes among those of other shards: its time, or that of one before it in its shard if later. */
    private record Placed(long time, int shard, Event event) {}

    Replaying(
            Calls calls,
            Keys keys,
            Shards shards,
            Catalogue catalogue,
            RedisSettings settings,
            Retention.Policy retention,
            Clock clock,
            BiFunction<ChannelKey, Range, CompletionStage<Slice>> read) {
        this.calls = calls;
        this.keys = keys;
        this.shards = shards;
        this.catalogue = catalogue;
        this.settings = settings;
        this.retention = retention;
        this.clock = clock;
        this.read = read;
    }

    CompletionStage<Replay> replay(String tenant, ChannelPattern pattern, Since since) {
        return switch (since) {
            case Since.Now now -> here().thenApply(cursor -> new Replay(List.of(), true, cursor));
            case Since.AfterCursor(Cursor cursor) -> replayAfter(tenant, pattern, cursor);
            case Since.InChannel place ->
                here().thenCompose(cursor -> catalogue.names(tenant, pattern).thenCompose(names -> {
                    Findings findings = new Findings(keys.shards());
                    return readAll(tenant, names, place, cursor, findings)
                            .thenApply(done -> replayOf(findings, place, cursor));
                }));
        };
    }

    /**
     * Where the log stands. What comes after it the followers hear; taken before anything is read, and what is read from
     * after it is left to them.
     */
    private CompletionStage<Cursor> here() {
        List<CompletableFuture<Response>> answers = new ArrayList<>();
        for (int shard = 0; shard < keys.shards(); shard++) {
            answers.add(send(Script.CHECK, shard, List.of()));
        }
        return Stages.all(answers)
                .thenApply(all -> cursor(all.stream().map(Shards.Mark::of).toList()));
    }

    private static Cursor cursor(List<Shards.Mark> marks) {
        return new Cursor(
                Shards.epochOf(marks), marks.stream().map(Shards.Mark::sequence).toList());
    }

    private CompletionStage<Void> readAll(
            String tenant, List<Channel> names, Since.InChannel since, Cursor end, Findings findings) {
        if (names.isEmpty() || findings.tooMany) {
            return CompletableFuture.completedStage(null);
        }
        List<Channel> some = names.subList(0, Math.min(CHUNK, names.size()));
        List<CompletableFuture<Slice>> slices = some.stream()
                .map(channel -> read.apply(new ChannelKey(tenant, channel), Range.from(since))
                        .toCompletableFuture())
                .toList();
        return Stages.all(slices).thenCompose(all -> {
            for (int i = 0; i < all.size(); i++) {
                int shard = keys.shardOf(new ChannelKey(tenant, some.get(i)));
                long last = end.sequences().get(shard);
                List<Event> events = all.get(i).events().stream()
                        .filter(event -> event.sequence() <= last)
                        .toList();
                findings.add(shard, events);
                if (!all.get(i).continuous()) {
                    findings.trimmed(events);
                }
            }
            return readAll(tenant, names.subList(some.size(), names.size()), since, end, findings);
        });
    }

    private CompletionStage<Replay> replayAfter(String tenant, ChannelPattern pattern, Cursor from) {
        if (from.sequences().size() != keys.shards()) {
            return here().thenApply(cursor -> new Replay(List.of(), false, cursor));
        }
        List<CompletableFuture<Scan>> scans = new ArrayList<>();
        for (int shard = 0; shard < keys.shards(); shard++) {
            scans.add(new Scan(shard, tenant, pattern).run(from.sequences().get(shard)));
        }
        return Stages.all(scans).thenApply(all -> {
            Cursor cursor = cursor(all.stream().map(scan -> scan.end).toList());
            Findings findings = new Findings(keys.shards());
            all.forEach(scan -> findings.add(scan.shard, scan.found));
            boolean complete = !findings.tooMany
                    && isRetained(findings)
                    && cursor.epoch().equals(from.epoch())
                    && all.stream().allMatch(scan -> scan.complete);
            return new Replay(complete ? inOrder(findings) : List.of(), complete, cursor);
        });
    }

    /** The shards' logs may still have what its channel is no longer to give out. */
    private boolean isRetained(Findings findings) {
        long now = clock.millis();
        Map<Channel, Integer> counts = new HashMap<>();
        for (List<Event> events : findings.byShard) {
            for (Event event : events) {
                Retention kept = retention.of(event.channel().namespace());
                if (event.timestamp() < now - kept.age().toMillis()
                        || counts.merge(event.channel(), 1, Integer::sum) > kept.size()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Goes through a shard's log, page by page, up to where it stood at the first. */
    private final class Scan {
        private final int shard;
        private final byte[] head;
        private final int gap;
        private final byte[] tail;
        private final EventBytes bytes = new EventBytes();
        private final List<Event> found = new ArrayList<>();
        private Shards.Mark end = new Shards.Mark("", 0);
        private boolean complete;

        /** Of what bytes the events wanted have, see scan.lua. */
        Scan(int shard, String tenant, ChannelPattern pattern) {
            this.shard = shard;
            this.head = EventBytes.headOf(tenant);
            this.gap = pattern.isExact() ? 0 : 2;
            this.tail = EventBytes.tailOf(pattern);
        }

        CompletableFuture<Scan> run(long from) {
            Object to = end.epoch().isEmpty() ? "" : end.sequence();
            return send(Script.SCAN, shard, List.of(from, to, PAGE, head, gap, tail))
                    .thenCompose(answer -> {
                        if (end.epoch().isEmpty()) {
                            end = Shards.Mark.of(answer);
                        }
                        answer.get(5).forEach(entry -> found.add(Tail.decode(entry, bytes)));
                        long reached = Answers.number(answer.get(4));
                        complete = Answers.number(answer.get(3)) == 1
                                && end.epoch().equals(answer.get(0).toString());
                        return complete && reached < end.sequence() && found.size() <= MOST
                                ? run(reached)
                                : CompletableFuture.completedFuture(this);
                    });
        }
    }

    private static Replay replayOf(Findings findings, Since since, Cursor cursor) {
        if (findings.tooMany) {
            return new Replay(List.of(), false, cursor);
        }
        List<Event> events = inOrder(findings);
        if (!(since instanceof Since.Last(int count)) || events.size() < count) {
            return new Replay(events, findings.complete, cursor);
        }
        List<Event> newest = List.copyOf(events.subList(events.size() - count, events.size()));
        // What has been trimmed from a channel is older than what the channel retains, but not than what others do:
        // only
        // when the oldest retained was not needed is it certain that nothing before it was.
        Set<Event> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
        chosen.addAll(newest);
        boolean certain = findings.oldestOfTrimmed.stream().noneMatch(chosen::contains);
        return new Replay(newest, findings.complete || certain, cursor);
    }

    private static List<Event> inOrder(Findings findings) {
        List<Placed> placed = new ArrayList<>(findings.count);
        for (int shard = 0; shard < findings.byShard.size(); shard++) {
            Event[] events = findings.byShard.get(shard).toArray(Event[]::new);
            Arrays.sort(events, Comparator.comparingLong(Event::sequence));
            long time = Long.MIN_VALUE;
            for (Event event : events) {
                time = Math.max(time, event.timestamp());
                placed.add(new Placed(time, shard, event));
            }
        }
        // Stable, and times never go back within a shard: its order stays.
        placed.sort(Comparator.comparingLong(Placed::time));
        return placed.stream().map(Placed::event).toList();
    }

    private CompletableFuture<Response> send(Script script, int shard, List<?> arguments) {
        return calls.send(new Call(script, keys, shard, shards.token(), List.of(), arguments, settings.timeout()));
    }
}
