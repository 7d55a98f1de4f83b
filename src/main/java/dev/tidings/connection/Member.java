package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriptions;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.Cursor;
import dev.tidings.log.LogUnavailable;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.presence.PresencePolicy;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A client that has shown who it is: does what it asks, as far as it may. Used on the connection's loop only. */
final class Member {
    private static final int MAX_HISTORY_BYTES = 512 * 1024;

    private final Session session;
    private final Services services;
    private final Subscriptions subscriptions;
    private final Attendance attendance;
    private final Executor loop;
    private Caller caller;
    private boolean noticed;

    /** Targets subscribed to or about to be. */
    private final Set<ChannelPattern> targets = new HashSet<>();

    Member(
            Session session,
            Services services,
            Caller caller,
            Subscriptions subscriptions,
            Attendance attendance,
            Executor loop) {
        this.session = session;
        this.services = services;
        this.caller = caller;
        this.subscriptions = subscriptions;
        this.attendance = attendance;
        this.loop = loop;
    }

    Caller caller() {
        return caller;
    }

    /** True once for each token. */
    boolean noticeDue() {
        boolean due = !noticed;
        noticed = true;
        return due;
    }

    void greet(@Nullable String messageId) {
        session.send(
                new ServerMessage.Authenticated(
                        caller.subject(), caller.tenant(), caller.expiresAt(), caller.permissionTexts()),
                messageId);
    }

    /** Takes a newer token. What it does not permit any more ends. */
    void renew(Caller renewed, @Nullable String messageId) {
        if (!renewed.subject().equals(caller.subject()) || !renewed.tenant().equals(caller.tenant())) {
            refuse(messageId, null, ErrorCode.FORBIDDEN, "a connection keeps its subject and tenant");
            return;
        }
        caller = renewed;
        noticed = false;
        greet(messageId);
        for (ChannelPattern target : List.copyOf(targets)) {
            if (!caller.permissions().allows(Verb.SUBSCRIBE, target)) {
                targets.remove(target);
                subscriptions.unsubscribe(target, () -> {
                    leave(target);
                    refuse(null, target.text(), ErrorCode.FORBIDDEN, "no longer permitted");
                });
            } else if (target.isExact() && !caller.permissions().allows(Verb.PRESENCE, target)) {
                subscriptions.inTurn(() -> {
                    if (leave(target)) {
                        refuse(null, target.text(), ErrorCode.FORBIDDEN, "presence is no longer permitted");
                    }
                });
            }
        }
    }

    /** Ends the connection's presence in a channel; false when it was not present. */
    private boolean leave(ChannelPattern target) {
        return target.isExact() && attendance.leave(key(new Channel(target.text())));
    }

    void leave() {
        subscriptions.close();
        attendance.close();
        services.admission().leave(caller);
    }

    void handle(ClientMessage message) {
        switch (message) {
            case ClientMessage.Subscribe subscribe -> subscribe(subscribe);
            case ClientMessage.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case ClientMessage.Publish publish -> publish(publish);
            case ClientMessage.History history -> history(history);
            case ClientMessage.State state -> state(state);
            case ClientMessage.Presence presence -> presence(presence);
            case ClientMessage.Authenticate authenticate -> throw new IllegalStateException("the session's to answer");
            case ClientMessage.Ping ping -> throw new IllegalStateException("the session's to answer");
        }
    }

    private void subscribe(ClientMessage.Subscribe message) {
        ChannelPattern target = message.target();
        if (forbidden(Verb.SUBSCRIBE, target, message.id())
                || (message.presence() && hasNoPresence(new Channel(target.text()), message.id()))) {
            return;
        }
        int limit = services.settings().subscriptions();
        if (!targets.contains(target) && targets.size() >= limit) {
            services.observer().limitHit("subscriptions-per-connection");
            refuse(
                    message.id(),
                    target.text(),
                    ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                    "a connection has at most " + limit + " subscriptions");
            return;
        }
        if (!target.isExact() && !services.cursors().isReady()) {
            refuse(message.id(), target.text(), ErrorCode.UNAVAILABLE, "the log has not been reached yet");
            return;
        }
        targets.add(target);
        Subscriptions.Request request = new Subscriptions.Request(
                target, message.filter(), opened(message.since()), message.state(), message.conflate());
        Subscribing subscribing = new Subscribing(message);
        if (message.presence()) {
            subscriptions.subscribe(request, subscribing::join, subscribing);
        } else {
            subscriptions.subscribe(request, subscribing);
        }
    }

    /** A subscription that is under way, and with it the connection's presence. */
    private final class Subscribing implements Reply {
        private final ClientMessage.Subscribe message;
        private boolean joined;

        Subscribing(ClientMessage.Subscribe message) {
            this.message = message;
        }

        CompletionStage<Void> join() {
            ChannelKey key = key(new Channel(message.target().text()));
            joined = !attendance.contains(key);
            return joined
                    ? attendance.join(key, caller, services.clock().millis())
                    : CompletableFuture.completedStage(null);
        }

        @Override
        public void subscribed(ServerMessage subscribed) {
            session.send(sealed(subscribed), message.id());
            if (message.presence()) {
                attendance.listen(key(new Channel(message.target().text())));
            } else {
                leave(message.target());
            }
        }

        @Override
        public void failed(Throwable failure) {
            if (joined) {
                leave(message.target());
            }
            if (!subscriptions.contains(message.target())) {
                targets.remove(message.target());
            }
            fail(message.id(), message.target().text(), failure);
        }
    }

    private Since opened(Since since) {
        return since instanceof Since.AfterCursor(Cursor sealed)
                ? new Since.AfterCursor(services.cursors().open(sealed, caller.tenant()))
                : since;
    }

    /** The message as a client may have it. */
    ServerMessage sealed(ServerMessage message) {
        return message instanceof ServerMessage.PatternSubscribed subscribed
                ? new ServerMessage.PatternSubscribed(
                        subscribed.pattern(),
                        services.cursors().seal(subscribed.cursor(), caller.tenant()),
                        subscribed.recovered(),
                        subscribed.replayed())
                : message;
    }

    private void unsubscribe(ClientMessage.Unsubscribe message) {
        targets.remove(message.target());
        subscriptions.unsubscribe(message.target(), () -> {
            leave(message.target());
            session.send(new ServerMessage.Unsubscribed(message.target()), message.id());
        });
    }

    private void presence(ClientMessage.Presence message) {
        Channel channel = message.channel();
        if (hasNoPresence(channel, message.id())) {
            return;
        }
        // After subscribed, if that is on its way: changes are told from then on, and none may fall between.
        subscriptions.inTurn(() -> readPresence(message));
    }

    /** Answers at once, on the loop: were the answer to wait there, a change could be told before it that it does not have. */
    private void readPresence(ClientMessage.Presence message) {
        Channel channel = message.channel();
        var unused = attendance
                .read(key(channel), message.after(), message.limit())
                .whenComplete((page, failure) -> {
                    if (page == null) {
                        fail(message.id(), channel.name(), failure);
                    } else {
                        session.send(
                                new ServerMessage.Members(channel, page.members(), page.count(), page.next()),
                                message.id());
                    }
                });
    }

    private void publish(ClientMessage.Publish message) {
        Channel channel = message.channel();
        if (forbidden(Verb.PUBLISH, ChannelPattern.exactly(channel), message.id())) {
            return;
        }
        Submission submission;
        try {
            submission = new Submission.Publish(
                    key(channel), message.event(), message.eventId(), message.payload(), message.cause());
        } catch (Invalid invalid) {
            session.refuse(message.id(), channel.name(), Refusal.of(invalid));
            return;
        }
        then(services.intake().submit(submission), (outcome, failure) -> {
            if (outcome == null) {
                fail(message.id(), channel.name(), failure);
            } else {
                published(message, outcome);
            }
        });
    }

    private void published(ClientMessage.Publish message, Outcome outcome) {
        Channel channel = message.channel();
        switch (outcome) {
            case Outcome.Published(var stored) ->
                confirm(message.id(), channel, stored.position(), stored.id(), stored.timestamp());
            case Outcome.Changed(var stored, var patch, var previous) ->
                confirm(message.id(), channel, stored.position(), stored.id(), stored.timestamp());
            case Outcome.Unchanged(var head) ->
                confirm(
                        message.id(),
                        channel,
                        head.newest(),
                        message.eventId(),
                        services.clock().millis());
            case Outcome.Conflict conflict ->
                refuse(message.id(), channel.name(), ErrorCode.CONFLICT, "the state was changed by another writer");
            case Outcome.TooLarge(String reason) ->
                refuse(message.id(), channel.name(), ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Unavailable(String reason) ->
                refuse(message.id(), channel.name(), ErrorCode.UNAVAILABLE, reason);
        }
    }

    private void confirm(
            @Nullable String messageId, Channel channel, Position position, @Nullable String eventId, long timestamp) {
        session.send(new ServerMessage.Published(channel, position, eventId, timestamp), messageId);
    }

    private void history(ClientMessage.History message) {
        Channel channel = message.channel();
        if (forbidden(Verb.HISTORY, ChannelPattern.exactly(channel), message.id())) {
            return;
        }
        then(services.log().read(key(channel), message.range()), (slice, failure) -> {
            if (slice == null) {
                fail(message.id(), channel.name(), failure);
            } else {
                session.send(answer(channel, message.range(), slice), message.id());
            }
        });
    }

    private static ServerMessage answer(Channel channel, Range range, Slice slice) {
        List<Event> events = new ArrayList<>();
        int bytes = 0;
        for (Event event : slice.events()) {
            bytes += event.payload().size() + 200;
            if (bytes > MAX_HISTORY_BYTES && !events.isEmpty()) {
                return new ServerMessage.History(channel, events, slice.head().newest(), false);
            }
            events.add(event);
        }
        boolean reaches = slice.reach() == Slice.Reach.WHOLE
                || range.since() instanceof Since.Beginning
                || range.since() instanceof Since.Last;
        return new ServerMessage.History(channel, events, slice.head().newest(), reaches && !slice.cut());
    }

    private void state(ClientMessage.State message) {
        ChannelPattern target = message.target();
        if (forbidden(Verb.SUBSCRIBE, target, message.id())) {
            return;
        }
        then(new StateReading(services.log(), caller.tenant(), target).read(), (states, failure) -> {
            if (states == null) {
                fail(message.id(), target.text(), failure);
            } else if (states.isEmpty()) {
                refuse(message.id(), target.text(), ErrorCode.MESSAGE_TOO_LARGE, StateReading.TOO_MUCH);
            } else {
                session.send(new ServerMessage.States(target, states.get()), message.id());
            }
        });
    }

    private ChannelKey key(Channel channel) {
        return new ChannelKey(caller.tenant(), channel);
    }

    private boolean forbidden(Verb verb, ChannelPattern target, @Nullable String messageId) {
        if (caller.permissions().allows(verb, target)) {
            return false;
        }
        refuse(
                messageId,
                target.text(),
                ErrorCode.FORBIDDEN,
                "the token does not permit " + verb.text() + ":" + target.text());
        return true;
    }

    /** True when nobody is present there, or this client may not know who is; then it has been told. */
    private boolean hasNoPresence(Channel channel, @Nullable String messageId) {
        if (forbidden(Verb.PRESENCE, ChannelPattern.exactly(channel), messageId)) {
            return true;
        }
        if (services.presence().isOn(channel.namespace())) {
            return false;
        }
        refuse(messageId, channel.name(), ErrorCode.FORBIDDEN, PresencePolicy.refusal(channel));
        return true;
    }

    private void refuse(@Nullable String messageId, @Nullable String channel, ErrorCode code, String why) {
        session.refuse(messageId, channel, new Refusal(code, why));
    }

    private void fail(@Nullable String messageId, String channel, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof LogUnavailable unavailable && unavailable.getMessage() != null) {
            refuse(messageId, channel, ErrorCode.UNAVAILABLE, unavailable.getMessage());
        } else {
            session.log().error(messageId, "could not answer about " + channel, cause);
            refuse(messageId, channel, ErrorCode.INTERNAL, "something went wrong here");
        }
    }

    /** Goes on with a result on the loop: at once when it is there already. */
    private <T> void then(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> next) {
        if (stage.toCompletableFuture().isDone()) {
            var unused = stage.whenComplete(next);
        } else {
            var unused = stage.whenComplete((result, failure) -> loop.execute(() -> next.accept(result, failure)));
        }
    }
}
