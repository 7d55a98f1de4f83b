package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Position;
import dev.tidings.hub.Subscriber.Offer;
import dev.tidings.protocol.Frames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one channel on one loop.
 *
 * <p>Those that are up to date and ask for the same form a group: each event is filtered and encoded once for all of them.
 * All groups are at the same place in the channel. The others are served one by one: those still catching up, and those
 * whose connection may get the event by a pattern too.
 */
final class Topic {
    private final ChannelKey key;
    private final Map<Filter, List<ChannelSubscription>> groups = new LinkedHashMap<>();
    private final List<ChannelSubscription> singles = new ArrayList<>();

    /** Where the groups are; null while there are none. */
    private @Nullable Position place;

    Topic(ChannelKey key) {
        this.key = key;
    }

    ChannelKey key() {
        return key;
    }

    boolean isEmpty() {
        return groups.isEmpty() && singles.isEmpty();
    }

    void add(ChannelSubscription subscription) {
        singles.add(subscription);
    }

    void remove(ChannelSubscription subscription) {
        if (!singles.remove(subscription)) {
            leaveGroup(subscription);
        }
    }

    /** Takes a subscription out of its group, because its connection has to be served by itself from now on. */
    void single(ChannelSubscription subscription) {
        if (leaveGroup(subscription)) {
            singles.add(subscription);
        }
    }

    /**
     * Serves the groups. When the events do not follow on where the groups are, they are left where they are and given
     * back, to be brought up to date.
     *
     * @param events of this channel, in order
     * @param last when no connection of a group is to get anything else in this turn
     */
    List<ChannelSubscription> deliver(List<Outgoing> events, boolean last, HubObserver observer) {
        if (place == null) {
            return List.of();
        }
        List<Outgoing> due = new ArrayList<>(events.size());
        Position reached = place;
        for (Outgoing outgoing : events) {
            Position next = outgoing.event().position();
            if (!next.sameEpoch(reached) || next.offset() > reached.offset() + 1) {
                return dissolve();
            }
            if (next.offset() > reached.offset()) {
                due.add(outgoing);
                reached = next;
            }
        }
        place = reached;
        List<ChannelSubscription> slow = new ArrayList<>(0);
        groups.forEach((filter, members) -> deliver(filter, members, due, last, slow, observer));
        for (ChannelSubscription each : slow) {
            if (each.isPatient()) {
                single(each);
            }
            // What it was offered came as one: it took all of it or nothing.
            each.tooSlow(due.getFirst().event());
        }
        return List.of();
    }

    private static void deliver(
            Filter filter,
            List<ChannelSubscription> members,
            List<Outgoing> due,
            boolean last,
            List<ChannelSubscription> slow,
            HubObserver observer) {
        List<byte[]> messages = new ArrayList<>(due.size());
        List<Event> events = new ArrayList<>(due.size());
        for (Outgoing outgoing : due) {
            if (filter.test(outgoing.event())) {
                messages.add(outgoing.encoded());
                events.add(outgoing.event());
                observer.delivered(members.size(), outgoing.event().timestamp());
            }
        }
        if (messages.isEmpty()) {
            return;
        }
        Frames frames = Frames.ofEvents(messages, events);
        for (ChannelSubscription member : members) {
            Subscriber subscriber = member.subscriber();
            Offer offer = last ? subscriber.offerLast(frames) : subscriber.offer(frames);
            if (offer == Offer.FULL) {
                slow.add(member);
            }
        }
    }

    /** Up to where a subscription's connection has been given all that it wants; null while some is on its way. */
    @Nullable
    Position placeOf(ChannelSubscription subscription) {
        return isMember(subscription) || subscription.isCaughtUp() ? reached(subscription) : null;
    }

    /** How far a subscription has come, whether it is in a group or not. */
    Position reached(ChannelSubscription subscription) {
        return place != null && isMember(subscription) ? place : subscription.last();
    }

    private boolean isMember(ChannelSubscription subscription) {
        List<ChannelSubscription> members = groups.get(subscription.filter());
        return members != null && isAtItsSlot(members, subscription);
    }

    /** Those that are served one by one. */
    List<ChannelSubscription> singles() {
        return singles;
    }

    /** Puts those that have caught up with the groups, and need not be served one by one, into them. */
    void regroup() {
        Iterator<ChannelSubscription> each = singles.iterator();
        while (each.hasNext()) {
            ChannelSubscription single = each.next();
            if (single.isCaughtUp()
                    && !single.owner().hasPatterns()
                    && (place == null || place.equals(single.last()))) {
                place = single.last();
                List<ChannelSubscription> members =
                        groups.computeIfAbsent(single.filter(), filter -> new ArrayList<>());
                single.setSlot(members.size());
                members.add(single);
                each.remove();
            }
        }
    }

    /** Ends all groups; their members are singles again, at the place the groups had. */
    List<ChannelSubscription> dissolve() {
        List<ChannelSubscription> members = new ArrayList<>();
        groups.values().forEach(members::addAll);
        for (ChannelSubscription member : members) {
            leaveGroup(member);
            singles.add(member);
        }
        return members;
    }

    private boolean leaveGroup(ChannelSubscription subscription) {
        List<ChannelSubscription> members = groups.get(subscription.filter());
        if (members == null || !swapOut(members, subscription)) {
            return false;
        }
        if (place != null) {
            subscription.advanceTo(place);
        }
        if (members.isEmpty()) {
            groups.remove(subscription.filter());
        }
        if (groups.isEmpty()) {
            place = null;
        }
        return true;
    }

    /** Removes a member in constant time, however large the group: the last one takes its slot. */
    private static boolean swapOut(List<ChannelSubscription> members, ChannelSubscription leaver) {
        if (!isAtItsSlot(members, leaver)) {
            return false;
        }
        int slot = leaver.slot();
        ChannelSubscription last = members.removeLast();
        if (last != leaver) {
            members.set(slot, last);
            last.setSlot(slot);
        }
        return true;
    }

    private static boolean isAtItsSlot(List<ChannelSubscription> members, ChannelSubscription subscription) {
        int slot = subscription.slot();
        return slot < members.size() && members.get(slot) == subscription;
    }
}
