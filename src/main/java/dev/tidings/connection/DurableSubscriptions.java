package dev.tidings.connection;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Position;
import dev.tidings.hub.Progress;
import dev.tidings.hub.Subscriptions;
import dev.tidings.log.DurableName;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which subscriptions of one connection are durable, and how far its client has acknowledged them. Used on its loop only. */
final class DurableSubscriptions {
    private final Acknowledgements acknowledgements;
    private final EventLog log;
    private final Subscriptions subscriptions;
    private final Replies replies;
    private long refreshedNanos = System.nanoTime();

    /** Most connections have none, and pay for no map of their own. */
    private Map<Channel, Held> held = Map.of();

    /** A durable subscription, and the position that is kept under its name as far as this connection knows. */
    private record Held(DurableName name, Position position) {}

    /**
     * Where a durable subscription begins.
     *
     * @param kept the position that is kept under its name
     */
    record Beginning(Since since, Position kept) {}

    /** The subject has as many positions as it may. */
    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("too many durable subscriptions", null, false, false);
        }
    }

    DurableSubscriptions(Services services, Subscriptions subscriptions, Replies replies) {
        this.acknowledgements = services.acknowledgements();
        this.log = services.log();
        this.subscriptions = subscriptions;
        this.replies = replies;
    }

    /**
     * Finds out where a subscription is to begin; under a new name its place is kept from now on. When there are too many, it
     * fails in a way of its own: see {@link #isTooMany}.
     */
    CompletionStage<Beginning> begin(DurableName name, Since.InChannel since, boolean resumes) {
        return acknowledgements
                .find(name)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedStage(resumed(found.get(), since, resumes))
                        : beginAnew(name, since, resumes));
    }

    /** True when a subscription could not begin because the subject has as many positions as it may. */
    static boolean isTooMany(Throwable failure) {
        return failure instanceof TooMany || failure.getCause() instanceof TooMany;
    }

    private static Beginning resumed(Position kept, Since.InChannel since, boolean resumes) {
        return new Beginning(resumes ? new Since.After(kept) : since, kept);
    }

    private CompletionStage<Beginning> beginAnew(DurableName name, Since.InChannel since, boolean resumes) {
        Range first = since instanceof Since.Now ? Range.HEAD : new Range(since, Range.Before.END, List.of(), 1, false);
        return log.read(name.channel(), first)
                .thenApply(slice -> start(since, slice))
                .thenCompose(start -> acknowledgements.begin(name, start).thenApply(kept -> {
                    Position position = kept.orElseThrow(TooMany::new);
                    // Another connection may have begun meanwhile.
                    return position.equals(start) ? new Beginning(since, position) : resumed(position, since, resumes);
                }));
    }

    /** The place before the first event that the subscription will bring. */
    private static Position start(Since.InChannel since, Slice slice) {
        Position newest = slice.head().newest();
        if (since instanceof Since.Now || slice.reach() != Slice.Reach.WHOLE) {
            return newest;
        }
        if (since instanceof Since.After(Position position)) {
            return position;
        }
        return slice.events().isEmpty()
                ? newest
                : new Position(newest.epoch(), slice.events().getFirst().offset() - 1);
    }

    /** The subscription holds: from now on its client may acknowledge. */
    void hold(DurableName name, Position kept) {
        if (held.isEmpty()) {
            held = new HashMap<>();
        }
        held.put(name.channel().channel(), new Held(name, kept));
        // Somebody came for it: it is kept for as long again.
        acknowledgements.acknowledge(name, kept);
    }

    /** The subscription to a channel is durable no longer, or is none. What was acknowledged stays. */
    void release(ChannelPattern target) {
        if (!held.isEmpty() && target.isExact()) {
            held.remove(new Channel(target.text()));
        }
    }

    void acknowledge(ClientMessage.Ack message) {
        Channel channel = message.channel();
        Held durable = held.get(channel);
        Progress progress =
                durable == null ? null : subscriptions.progress(durable.name().channel());
        if (durable == null || progress == null) {
            replies.refuse(
                    message.id(),
                    channel.name(),
                    ErrorCode.NOT_FOUND,
                    "this connection has no durable subscription to " + channel.name());
        } else if (message.offset() > progress.reached().offset()) {
            replies.refuse(
                    message.id(),
                    channel.name(),
                    ErrorCode.INVALID_MESSAGE,
                    "offset " + message.offset() + " is beyond "
                            + progress.reached().offset() + ", the newest of this subscription");
        } else if (message.offset() >= progress.from().offset()) {
            // What is before that was sent in another numbering, or acknowledged in an earlier connection.
            advance(durable, new Position(progress.reached().epoch(), message.offset()));
        }
    }

    private void advance(Held durable, Position to) {
        if (!to.sameEpoch(durable.position())
                || to.offset() > durable.position().offset()) {
            held.put(durable.name().channel().channel(), new Held(durable.name(), to));
            acknowledgements.acknowledge(durable.name(), to);
        }
    }

    /** Keeps what is held from being forgotten while nothing comes that could be acknowledged. */
    void tick(long nowNanos) {
        if (!held.isEmpty() && nowNanos - refreshedNanos > acknowledgements.refreshNanos()) {
            refreshedNanos = nowNanos;
            held.values().forEach(each -> acknowledgements.acknowledge(each.name(), each.position()));
        }
    }

    void close() {
        if (!held.isEmpty()) {
            held = Map.of();
            acknowledgements.hurry();
        }
    }
}
