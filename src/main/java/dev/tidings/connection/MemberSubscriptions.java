package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Position;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriptions;
import dev.tidings.log.Cursor;
import dev.tidings.log.DurableName;
import dev.tidings.log.Since;
import dev.tidings.presence.PresencePolicy;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.ServerMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a member has subscribed to, and where it is present, which depends on it. Used on the connection's loop only. */
final class MemberSubscriptions {
    private final Session session;
    private final Services services;
    private final Replies replies;
    private final String tenant;
    private final Subscriptions subscriptions;
    private final Attendance attendance;
    private final DurableSubscriptions durables;

    /** Targets subscribed to or about to be. */
    private final Set<ChannelPattern> targets = HashSet.newHashSet(2);

    MemberSubscriptions(
            Session session,
            Services services,
            Replies replies,
            Caller caller,
            Subscriptions subscriptions,
            Attendance attendance) {
        this.session = session;
        this.services = services;
        this.replies = replies;
        this.tenant = caller.tenant();
        this.subscriptions = subscriptions;
        this.attendance = attendance;
        this.durables = new DurableSubscriptions(services, subscriptions, replies);
    }

    /** The number of targets subscribed to. */
    int size() {
        return targets.size();
    }

    /** How many events it has still to be given. */
    long lag() {
        return subscriptions.lag();
    }

    void close() {
        subscriptions.close();
        attendance.close();
        durables.close();
    }

    void tick(long nowNanos) {
        durables.tick(nowNanos);
    }

    /** Ends what a newer token does not permit any more. */
    void renew(Caller caller) {
        for (ChannelPattern target : List.copyOf(targets)) {
            if (!caller.permissions().allows(Verb.SUBSCRIBE, target)) {
                targets.remove(target);
                subscriptions.unsubscribe(target, () -> {
                    leave(target);
                    durables.release(target);
                    replies.refuse(null, target.text(), ErrorCode.FORBIDDEN, "no longer permitted");
                });
            } else if (target.isExact() && !caller.permissions().allows(Verb.PRESENCE, target)) {
                subscriptions.inTurn(() -> {
                    if (leave(target)) {
                        replies.refuse(null, target.text(), ErrorCode.FORBIDDEN, "presence is no longer permitted");
                    }
                });
            }
        }
    }

    void subscribe(ClientMessage.Subscribe message, Caller caller) {
        ChannelPattern target = message.target();
        if (replies.forbidden(caller, Verb.SUBSCRIBE, target, message.id())
                || (message.presence() && hasNoPresence(new Channel(target.text()), caller, message.id()))) {
            return;
        }
        int limit = services.settings().subscriptions();
        if (!targets.contains(target) && targets.size() >= limit) {
            services.observer().limitHit("subscriptions-per-connection");
            replies.refuse(
                    message.id(),
                    target.text(),
                    ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                    "a connection has at most " + limit + " subscriptions");
            return;
        }
        if (!target.isExact() && !services.cursors().isReady()) {
            replies.refuse(message.id(), target.text(), ErrorCode.UNAVAILABLE, "the log has not been reached yet");
            return;
        }
        targets.add(target);
        Subscribing subscribing = new Subscribing(message, caller);
        if (message.presence() || message.durable() != null) {
            subscriptions.subscribe(subscribing::prepare, subscribing);
        } else {
            subscriptions.subscribe(subscribing.request(message.since()), subscribing);
        }
    }

    /** A subscription that is under way, and with it the connection's presence and the place where it goes on. */
    private final class Subscribing implements Reply {
        private final ClientMessage.Subscribe message;
        private final Caller caller;
        private boolean joined;
        private @Nullable DurableName durable;
        private @Nullable Position kept;

        Subscribing(ClientMessage.Subscribe message, Caller caller) {
            this.message = message;
            this.caller = caller;
        }

        Subscriptions.Request request(Since since) {
            return new Subscriptions.Request(
                    message.target(), message.filter(), opened(since), message.state(), message.conflate());
        }

        /** Does what comes first. */
        CompletionStage<Subscriptions.Request> prepare() {
            CompletionStage<Void> present = message.presence() ? join() : CompletableFuture.<Void>completedStage(null);
            ClientMessage.Durable wanted = message.durable();
            if (wanted == null) {
                return present.thenApply(done -> request(message.since()));
            }
            ChannelKey key = key(new Channel(message.target().text()));
            DurableName name = new DurableName(key, caller.subject(), wanted.name());
            return present.thenCompose(done -> replies.onLoop(begin(name, wanted.resumes())));
        }

        private CompletionStage<Subscriptions.Request> begin(DurableName name, boolean resumes) {
            if (!(message.since() instanceof Since.InChannel since)) {
                throw new IllegalStateException("a cursor belongs to a pattern");
            }
            return durables.begin(name, since, resumes).thenApply(beginning -> {
                durable = name;
                kept = beginning.kept();
                return request(beginning.since());
            });
        }

        private CompletionStage<Void> join() {
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
            if (durable != null && kept != null) {
                durables.hold(durable, kept);
            } else {
                durables.release(message.target());
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
            if (DurableSubscriptions.isTooMany(failure)) {
                services.observer().limitHit("durable-per-subject");
                replies.refuse(
                        message.id(),
                        message.target().text(),
                        ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                        "a subject has at most " + services.settings().durables() + " durable subscriptions in all");
            } else {
                replies.fail(message.id(), message.target().text(), failure);
            }
        }
    }

    void acknowledge(ClientMessage.Ack message) {
        // After subscribed, if that is on its way.
        subscriptions.inTurn(() -> durables.acknowledge(message));
    }

    /** A place as the hub knows it. */
    Since opened(Since since) {
        return since instanceof Since.AfterCursor(Cursor sealed)
                ? new Since.AfterCursor(services.cursors().open(sealed, tenant))
                : since;
    }

    /** The message as a client may have it. */
    ServerMessage sealed(ServerMessage message) {
        return message instanceof ServerMessage.PatternSubscribed subscribed
                ? new ServerMessage.PatternSubscribed(
                        subscribed.pattern(),
                        services.cursors().seal(subscribed.cursor(), tenant),
                        subscribed.recovered(),
                        subscribed.replayed())
                : message;
    }

    void unsubscribe(ClientMessage.Unsubscribe message) {
        targets.remove(message.target());
        subscriptions.unsubscribe(message.target(), () -> {
            leave(message.target());
            durables.release(message.target());
            session.send(new ServerMessage.Unsubscribed(message.target()), message.id());
        });
    }

    void presence(ClientMessage.Presence message, Caller caller) {
        Channel channel = message.channel();
        if (hasNoPresence(channel, caller, message.id())) {
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
                        replies.fail(message.id(), channel.name(), failure);
                    } else {
                        session.send(
                                new ServerMessage.Members(channel, page.members(), page.count(), page.next()),
                                message.id());
                    }
                });
    }

    /** Ends the connection's presence in a channel; false when it was not present. */
    private boolean leave(ChannelPattern target) {
        return target.isExact() && attendance.leave(key(new Channel(target.text())));
    }

    /** True when nobody is present there, or this client may not know who is; then it has been told. */
    private boolean hasNoPresence(Channel channel, Caller caller, @Nullable String messageId) {
        if (replies.forbidden(caller, Verb.PRESENCE, ChannelPattern.exactly(channel), messageId)) {
            return true;
        }
        if (services.presence().isOn(channel.namespace())) {
            return false;
        }
        replies.refuse(messageId, channel.name(), ErrorCode.FORBIDDEN, PresencePolicy.refusal(channel));
        return true;
    }

    private ChannelKey key(Channel channel) {
        return new ChannelKey(tenant, channel);
    }
}
