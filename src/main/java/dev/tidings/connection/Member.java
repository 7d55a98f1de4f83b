package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.hub.HubLoop;
import dev.tidings.hub.Subscriptions;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.operator.OpenConnection;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.Refusal;
import dev.tidings.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A client that has shown who it is: does what it asks, as far as it may. Used on the connection's loop only. */
final class Member {
    private static final int MAX_HISTORY_BYTES = 512 * 1024;

    private final Session session;
    private final Services services;
    private final MemberSubscriptions subscriptions;
    private final MemberCommands commands;
    private final Replies replies;
    private final OpenSession live;
    private final Followings followings;
    private Caller caller;
    private boolean noticed;

    Member(
            Session session,
            Services services,
            OpenSession live,
            Subscriptions subscriptions,
            Attendance attendance,
            HubLoop hub,
            Executor loop) {
        this.session = session;
        this.services = services;
        this.live = live;
        this.caller = live.caller();
        this.replies = new Replies(session, loop);
        this.commands = new MemberCommands(session, services, replies, loop, session.id(), caller);
        this.subscriptions = new MemberSubscriptions(session, services, replies, caller, subscriptions, attendance);
        this.followings = new Followings(session, services, replies, this.subscriptions, hub);
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

    /** Looks after what has its time; called several times a second. */
    void tick(long nowNanos) {
        subscriptions.tick(nowNanos);
    }

    /** A message of the hub as this client may have it. */
    ServerMessage sealed(ServerMessage message) {
        return subscriptions.sealed(message);
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
            replies.refuse(messageId, null, ErrorCode.FORBIDDEN, "a connection keeps its subject and tenant");
            return;
        }
        caller = renewed;
        noticed = false;
        greet(messageId);
        subscriptions.renew(caller);
        followings.renew(caller);
        commands.renew(caller);
        live.isNow(caller);
        services.openConnections().renewed(live);
    }

    /** Can be found by operators from now on. */
    void enter() {
        services.openConnections().add(live);
    }

    /** Lets operators know how it is doing. */
    void measure(long queuedBytes) {
        live.isNow(new OpenConnection.Load(
                subscriptions.size() + followings.size(), queuedBytes, subscriptions.lag() + followings.lag()));
    }

    void leave() {
        services.openConnections().remove(live);
        subscriptions.close();
        followings.close();
        commands.close();
        services.admission().leave(caller);
    }

    void follow(ClientMessage.Subscribe message, UnaryOperator<Frames> words) {
        followings.follow(message, words, caller);
    }

    void unfollow(String id) {
        followings.unfollow(id);
    }

    void handle(ClientMessage message) {
        switch (message) {
            case ClientMessage.Subscribe subscribe -> subscriptions.subscribe(subscribe, caller);
            case ClientMessage.Unsubscribe unsubscribe -> subscriptions.unsubscribe(unsubscribe);
            case ClientMessage.Publish publish -> publish(publish);
            case ClientMessage.History history -> history(history);
            case ClientMessage.State state -> state(state);
            case ClientMessage.Presence presence -> subscriptions.presence(presence, caller);
            case ClientMessage.Command command -> commands.command(command, caller);
            case ClientMessage.Handle handle -> commands.handle(handle, caller);
            case ClientMessage.Unhandle unhandle -> commands.unhandle(unhandle);
            case ClientMessage.CommandAnswer answer -> commands.answer(answer);
            case ClientMessage.Ack ack -> subscriptions.acknowledge(ack);
            case ClientMessage.Authenticate authenticate -> throw new IllegalStateException("the session's to answer");
            case ClientMessage.Ping ping -> throw new IllegalStateException("the session's to answer");
        }
    }

    private void publish(ClientMessage.Publish message) {
        Channel channel = message.channel();
        if (replies.forbidden(caller, Verb.PUBLISH, ChannelPattern.exactly(channel), message.id())) {
            return;
        }
        Submission submission;
        try {
            submission = new Submission.Publish(
                    key(channel),
                    message.event(),
                    message.eventId(),
                    message.payload(),
                    message.cause(),
                    caller.subject());
        } catch (Invalid invalid) {
            session.refuse(message.id(), channel.name(), Refusal.of(invalid));
            return;
        }
        replies.then(services.intake().submit(submission), (outcome, failure) -> {
            if (outcome == null) {
                replies.fail(message.id(), channel.name(), failure);
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
                replies.refuse(
                        message.id(), channel.name(), ErrorCode.CONFLICT, "the state was changed by another writer");
            case Outcome.TooLarge(String reason) ->
                replies.refuse(message.id(), channel.name(), ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Forbidden(String reason) ->
                replies.refuse(message.id(), channel.name(), ErrorCode.FORBIDDEN, reason);
            case Outcome.Inadmissible(String reason, String at) ->
                session.refuse(message.id(), channel.name(), Refusal.inadmissible(reason, at));
            case Outcome.Unavailable(String reason) ->
                replies.refuse(message.id(), channel.name(), ErrorCode.UNAVAILABLE, reason);
        }
    }

    private void confirm(
            @Nullable String messageId, Channel channel, Position position, @Nullable String eventId, long timestamp) {
        session.send(new ServerMessage.Published(channel, position, eventId, timestamp), messageId);
    }

    private void history(ClientMessage.History message) {
        Channel channel = message.channel();
        if (replies.forbidden(caller, Verb.HISTORY, ChannelPattern.exactly(channel), message.id())) {
            return;
        }
        replies.then(services.log().read(key(channel), message.range()), (slice, failure) -> {
            if (slice == null) {
                replies.fail(message.id(), channel.name(), failure);
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
        if (replies.forbidden(caller, Verb.SUBSCRIBE, target, message.id())) {
            return;
        }
        replies.then(new StateReading(services.log(), caller.tenant(), target).read(), (states, failure) -> {
            if (states == null) {
                replies.fail(message.id(), target.text(), failure);
            } else if (states.isEmpty()) {
                replies.refuse(message.id(), target.text(), ErrorCode.MESSAGE_TOO_LARGE, StateReading.TOO_MUCH);
            } else {
                session.send(new ServerMessage.States(target, states.get()), message.id());
            }
        });
    }

    private ChannelKey key(Channel channel) {
        return new ChannelKey(caller.tenant(), channel);
    }
}
