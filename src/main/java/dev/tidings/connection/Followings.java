package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.hub.HubLoop;
import dev.tidings.hub.Reply;
import dev.tidings.hub.Subscriber;
import dev.tidings.hub.Subscriptions;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Subscriptions of a member that are kept apart: to the hub each is a subscriber of its own, so that it gets all that it asked
 * for, in its own words, whatever the others get. They share the connection, its limits and its end. Used on the connection's
 * loop only.
 */
final class Followings {
    private final Session session;
    private final Services services;
    private final Replies replies;
    private final MemberSubscriptions others;
    private final HubLoop hub;

    /** By id. */
    private final Map<String, Following> byId = new HashMap<>(0);

    /** @param others those that are not kept apart */
    Followings(Session session, Services services, Replies replies, MemberSubscriptions others, HubLoop hub) {
        this.session = session;
        this.services = services;
        this.replies = replies;
        this.others = others;
        this.hub = hub;
    }

    int size() {
        return byId.size();
    }

    /** How many events they have still to be given, all together. */
    long lag() {
        long lag = 0;
        for (Following each : byId.values()) {
            lag += each.subscriptions.lag();
        }
        return lag;
    }

    void follow(ClientMessage.Subscribe message, UnaryOperator<Frames> words, Caller caller) {
        ChannelPattern target = message.target();
        String id = Objects.requireNonNull(message.id());
        if (replies.forbidden(caller, Verb.SUBSCRIBE, target, id)) {
            return;
        }
        int limit = services.settings().subscriptions();
        if (others.size() + size() >= limit) {
            services.observer().limitHit("subscriptions-per-connection");
            replies.refuse(
                    id,
                    target.text(),
                    ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                    "a connection has at most " + limit + " subscriptions");
            return;
        }
        if (!target.isExact() && !services.cursors().isReady()) {
            replies.refuse(id, target.text(), ErrorCode.UNAVAILABLE, "the log has not been reached yet");
            return;
        }
        Following following = new Following(id, target, words, caller.tenant());
        byId.put(id, following);
        following.subscriptions.subscribe(
                new Subscriptions.Request(
                        target, message.filter(), others.opened(message.since()), message.state(), message.conflate()),
                following);
    }

    void unfollow(String id) {
        Following following = byId.remove(id);
        if (following != null) {
            following.end();
        }
    }

    /** Ends what a newer token does not permit any more. */
    void renew(Caller caller) {
        for (Following each : List.copyOf(byId.values())) {
            if (!caller.permissions().allows(Verb.SUBSCRIBE, each.target)) {
                unfollow(each.id);
                replies.refuse(each.id, each.target.text(), ErrorCode.FORBIDDEN, "no longer permitted");
            }
        }
    }

    void close() {
        byId.values().forEach(Following::end);
        byId.clear();
    }

    /** One of them, as the hub sees it. */
    private final class Following implements Subscriber, Reply {
        private final String id;
        private final ChannelPattern target;
        private final UnaryOperator<Frames> words;
        private final Subscriptions subscriptions;
        private boolean ended;

        Following(String id, ChannelPattern target, UnaryOperator<Frames> words, String tenant) {
            this.id = id;
            this.target = target;
            this.words = words;
            this.subscriptions = hub.open(this, tenant);
        }

        /** Nothing comes of it any more, nor does what was chosen already. */
        void end() {
            ended = true;
            subscriptions.close();
        }

        @Override
        public void subscribed(ServerMessage subscribed) {
            notify(subscribed);
        }

        @Override
        public void failed(Throwable failure) {
            unfollow(id);
            replies.fail(id, target.text(), failure);
        }

        @Override
        public Offer offer(Frames frames) {
            return ended ? Offer.CLOSED : session.offer(words.apply(frames));
        }

        @Override
        public void notify(ServerMessage notice) {
            if (!ended) {
                session.send(others.sealed(notice), id);
            }
        }

        @Override
        public boolean hasRoom() {
            return session.hasRoom();
        }

        @Override
        public void overflow() {
            session.overflow();
        }
    }
}
