package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.hub.HubObserver.Recovery;
import dev.tidings.log.Cursor;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.log.Replay;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.ClientMessage.Wish;
import dev.tidings.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings subscriptions up to date from the log: when they begin, and when their loop has missed something. Used on the
 * loop's thread only.
 *
 * <p>The order that makes it whole: a subscription hears of new events first and reads the log then. What the log answers
 * reaches up to a known place; of what was heard meanwhile, whatever is after that place is new.
 */
final class Catchup {
    private static final long RETRY_MS = 250;

    /** Events that one subscription which fell behind is given at a time. */
    private static final int PAGE = 500;

    /** How many events of all channels may be looked through for a pattern that fell behind. */
    private static final int MAX_LAG = 10_000;

    private final HubLoop loop;
    private final EventLog log;
    private final RecentEvents recent;
    private final ScheduledExecutorService executor;

    Catchup(HubLoop loop, EventLog log, RecentEvents recent, ScheduledExecutorService executor) {
        this.loop = loop;
        this.log = log;
        this.recent = recent;
        this.executor = executor;
    }

    void join(ChannelSubscription joining, Subscriptions.Request request, Reply reply) {
        onLoop(read(joining.key(), request), (slice, failure) -> {
            if (dropped(joining, failure, reply)) {
                return;
            }
            boolean recovered = !(request.since() instanceof Since.Now) && slice.continuous();
            Position newest = slice.head().newest();
            Subscription replaced = joining.owner().get(request.target());
            boolean missed = joining.hasMissed();
            List<Outgoing> meanwhile = joining.endReading();
            if (replaced instanceof ChannelSubscription before && request.since() instanceof Since.Now) {
                // Goes on exactly where the other one is, which has seen to all that was heard meanwhile.
                loop.single(before);
                joining.startAt(before.last());
                missed |= before.isReading();
                meanwhile = List.of();
            } else {
                joining.startAt(recovered ? beginning(request.since(), slice) : newest);
            }
            joining.owner().settle(request.target(), joining);
            List<Outgoing> chosen = recovered ? choose(joining, slice.events()) : List.of();
            if (recovered) {
                joining.advanceTo(newest);
            }
            State state = wantsState(request.state(), recovered) ? slice.head().state() : null;
            reply.subscribed(
                    new ServerMessage.Subscribed(joining.key().channel(), newest, recovered, chosen.size(), state));
            note(request.since(), recovered, chosen.size());
            goOn(joining, chosen, meanwhile, missed);
            joining.owner().leave();
        });
    }

    void join(PatternSubscription joining, Subscriptions.Request request, Reply reply) {
        String tenant = joining.owner().tenant();
        onLoop(log.replay(tenant, joining.pattern(), request.since()), (replay, failure) -> {
            if (dropped(joining, failure, reply)) {
                return;
            }
            boolean recovered = !(request.since() instanceof Since.Now) && replay.complete();
            Subscription replaced = joining.owner().get(request.target());
            boolean missed = joining.hasMissed();
            List<Outgoing> meanwhile = joining.endReading();
            if (replaced instanceof PatternSubscription before && request.since() instanceof Since.Now) {
                joining.startAt(before.cursor());
                missed |= before.isReading();
                meanwhile = List.of();
            } else if (recovered && !replay.events().isEmpty()) {
                joining.startBefore(replay.events(), replay.cursor());
            } else {
                joining.startAt(replay.cursor());
            }
            joining.owner().settle(request.target(), joining);
            List<Outgoing> chosen = recovered ? choose(joining, replay.events()) : List.of();
            reply.subscribed(
                    new ServerMessage.PatternSubscribed(joining.pattern(), replay.cursor(), recovered, chosen.size()));
            note(request.since(), recovered, chosen.size());
            goOn(joining, chosen, meanwhile, missed);
            joining.owner().leave();
        });
    }

    /** Looks up what subscriptions of one channel missed. Those still reading are told to read again. */
    void repair(List<ChannelSubscription> behind) {
        Map<Position, List<ChannelSubscription>> byPlace = new HashMap<>();
        for (ChannelSubscription each : behind) {
            if (each.isReading()) {
                each.miss();
            } else if (!each.isBehind()) {
                each.beginReading();
                byPlace.computeIfAbsent(each.last(), place -> new ArrayList<>()).add(each);
            }
        }
        byPlace.forEach((place, together) -> read(Range.from(new Since.After(place)), together));
    }

    /** Goes on with a subscription that fell behind; with no more at a time than its connection may have waiting. */
    void resume(Subscription behind) {
        switch (behind) {
            case ChannelSubscription one -> {
                Since.After place = new Since.After(one.last());
                one.beginReading();
                read(new Range(place, Range.Before.END, List.of(), PAGE, false), List.of(one));
            }
            case PatternSubscription many -> {
                Since place = many.lagInLog() > MAX_LAG ? new Since.Now() : new Since.AfterCursor(many.cursor());
                many.beginReading();
                read(many, place);
            }
        }
    }

    /** Reads once for all who are at the same place. */
    private void read(Range range, List<ChannelSubscription> behind) {
        ChannelKey key = behind.getFirst().key();
        onLoop(log.read(key, range), (slice, failure) -> {
            if (failure != null) {
                retry(() -> read(range, behind));
                return;
            }
            List<Outgoing> events = slice.events().stream().map(Outgoing::new).toList();
            for (ChannelSubscription each : behind) {
                if (!each.hasEnded()) {
                    repaired(each, slice, events);
                }
            }
        });
    }

    private void repaired(ChannelSubscription behind, Slice slice, List<Outgoing> events) {
        boolean missed = behind.hasMissed();
        List<Outgoing> meanwhile = behind.endReading();
        List<Outgoing> chosen = List.of();
        if (slice.reach() == Slice.Reach.OTHER_EPOCH
                || slice.reach() == Slice.Reach.AHEAD
                || (behind.isConflating() && slice.reach() == Slice.Reach.TRIMMED)) {
            startAnew(behind, slice.head());
        } else {
            announceGap(behind, slice);
            chosen = chosen(behind, events);
            behind.advanceTo(
                    slice.cut()
                            ? slice.events().getLast().position()
                            : slice.head().newest());
            if (slice.cut()) {
                behind.fallBehind(null);
            }
        }
        goOn(behind, chosen, meanwhile, missed);
    }

    private static List<Outgoing> chosen(Subscription behind, List<Outgoing> events) {
        List<Outgoing> wanted =
                events.stream().filter(each -> behind.wants(each.event())).toList();
        return behind.isConflating() ? Conflation.of(wanted) : wanted;
    }

    /** Tells the client what is gone for good. */
    private void announceGap(ChannelSubscription behind, Slice slice) {
        Position last = behind.last();
        long newest = slice.head().newest().offset();
        long next = slice.events().isEmpty()
                ? newest + 1
                : slice.events().getFirst().offset();
        if (next > last.offset() + 1) {
            behind.subscriber().notify(new ServerMessage.Gap(behind.key().channel(), last.offset() + 1, next - 1));
            loop.observer().replayed(Recovery.GAP, slice.events().size());
        } else {
            loop.observer().replayed(Recovery.REPAIRED, slice.events().size());
        }
    }

    /** The channel's numbering has ended, or what is missing of a state cannot be told: the client is told as if it had subscribed anew and could not be recovered. */
    private void startAnew(ChannelSubscription behind, Head head) {
        behind.startAt(head.newest());
        behind.subscriber()
                .notify(new ServerMessage.Subscribed(behind.key().channel(), head.newest(), false, 0, head.state()));
        loop.observer().replayed(Recovery.NOT_RECOVERED, 0);
    }

    void repair(PatternSubscription behind) {
        if (behind.isReading()) {
            behind.miss();
        } else if (!behind.isBehind()) {
            Since.AfterCursor place = new Since.AfterCursor(behind.cursor());
            behind.beginReading();
            read(behind, place);
        }
    }

    private void read(PatternSubscription behind, Since place) {
        String tenant = behind.owner().tenant();
        onLoop(log.replay(tenant, behind.pattern(), place), (Replay replay, @Nullable Throwable failure) -> {
            if (behind.hasEnded()) {
                return;
            }
            if (failure != null) {
                retry(() -> read(behind, place));
                return;
            }
            boolean missed = behind.hasMissed();
            List<Outgoing> meanwhile = behind.endReading();
            List<Outgoing> chosen = List.of();
            if (replay.complete() && place instanceof Since.AfterCursor(Cursor cursor)) {
                behind.advanceTo(cursor);
                chosen = chosen(
                        behind, replay.events().stream().map(Outgoing::new).toList());
                behind.advanceTo(replay.cursor());
                loop.observer().replayed(Recovery.REPAIRED, chosen.size());
            } else {
                behind.startAt(replay.cursor());
                behind.subscriber()
                        .notify(new ServerMessage.PatternSubscribed(behind.pattern(), replay.cursor(), false, 0));
                loop.observer().replayed(Recovery.NOT_RECOVERED, 0);
            }
            goOn(behind, chosen, meanwhile, missed);
        });
    }

    /** Nobody stops reading meanwhile: what is heard waits. */
    private void retry(Runnable reading) {
        var unused = executor.schedule(reading, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    /** What was read is queued, what was heard meanwhile follows on, and the loop takes over. */
    private void goOn(Subscription subscription, List<Outgoing> chosen, List<Outgoing> meanwhile, boolean missed) {
        subscription.replay(chosen);
        for (Outgoing outgoing : meanwhile) {
            missed |= !subscription.accept(outgoing);
        }
        if (missed && !subscription.isBehind()) {
            // Before the loop takes over: in a group it would be given what is being read for it.
            switch (subscription) {
                case ChannelSubscription one -> repair(List.of(one));
                case PatternSubscription many -> repair(many);
            }
        }
        loop.caughtUp(subscription);
    }

    private static List<Outgoing> choose(Subscription subscription, List<Event> events) {
        List<Outgoing> chosen = new ArrayList<>();
        for (Event event : events) {
            if (subscription.wants(event)) {
                chosen.add(new Outgoing(event));
            }
        }
        return chosen;
    }

    /** Who resumes is seldom alone; only the state is always the log's. */
    private CompletionStage<Slice> read(ChannelKey key, Subscriptions.Request request) {
        return request.since() instanceof Since.After(Position place) && request.state() != Wish.YES
                ? recent.after(key, place)
                : log.read(key, range(request.since()));
    }

    private static Range range(Since since) {
        return switch (since) {
            case Since.Now now -> Range.HEAD;
            case Since.InChannel place -> Range.from(place);
            case Since.AfterCursor cursor -> throw new IllegalArgumentException("a cursor belongs to a pattern");
        };
    }

    private static Position beginning(Since since, Slice slice) {
        if (since instanceof Since.After(Position position)) {
            return position;
        }
        Position newest = slice.head().newest();
        return slice.events().isEmpty()
                ? newest
                : new Position(newest.epoch(), slice.events().getFirst().offset() - 1);
    }

    private static boolean wantsState(Wish wish, boolean recovered) {
        return wish == Wish.YES || (wish == Wish.UNSAID && !recovered);
    }

    private void note(Since since, boolean recovered, int events) {
        if (!(since instanceof Since.Now)) {
            loop.observer().replayed(recovered ? Recovery.RECOVERED : Recovery.NOT_RECOVERED, events);
        }
    }

    /** True when there is nobody to go on for, or nothing to go on with. */
    private boolean dropped(Subscription joining, @Nullable Throwable failure, Reply reply) {
        if (!joining.owner().isClosed() && failure == null) {
            return false;
        }
        joining.end();
        loop.remove(joining);
        if (!joining.owner().isClosed() && failure != null) {
            reply.failed(failure);
            joining.owner().leave();
        }
        return true;
    }

    private <T> void onLoop(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
        var unused = stage.whenComplete((result, failure) -> executor.execute(() -> then.accept(result, failure)));
    }
}
