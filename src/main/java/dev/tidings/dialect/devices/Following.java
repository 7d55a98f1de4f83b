package dev.tidings.dialect.devices;

import dev.tidings.connection.Conversation;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Glob;
import dev.tidings.log.Since;
import dev.tidings.protocol.ClientMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a panel gets the changes of: all devices that it may see, or those that it has chosen as soon as it has chosen one. The
 * one begins before the other ends, so that no change falls between. Used on the connection's loop only.
 */
final class Following {
    /** The id of subscriptions that the panel did not ask for. */
    static final String UNASKED = "unasked";

    /** Of those that it did. */
    static final String ASKED = "asked";

    private static final Filter CHANGES =
            new Filter(List.of(new Glob(Event.STATE_CHANGED), new Glob(Event.STATE_DELETED)), null);

    private final Set<ChannelPattern> unasked = new HashSet<>();
    private final Set<ChannelPattern> chosen = new HashSet<>();

    static ChannelPattern device(String id) {
        return ChannelPattern.exactly(Channel.of(Visible.NAMESPACE, id));
    }

    /** Follows all that the panel may see, unless it has chosen; says to how many subscriptions answers will come. */
    int all(Conversation conversation) {
        List<ChannelPattern> visible = Visible.to(conversation.caller());
        if (!chosen.isEmpty()) {
            return 0;
        }
        List<ChannelPattern> begun = new ArrayList<>();
        for (ChannelPattern target : visible) {
            if (unasked.add(target)) {
                begun.add(target);
                conversation.handle(subscribe(UNASKED, target));
            }
        }
        for (ChannelPattern target : List.copyOf(unasked)) {
            if (!visible.contains(target)) {
                unasked.remove(target);
                conversation.handle(new ClientMessage.Unsubscribe(UNASKED, target));
            }
        }
        // Those that were refused at once are not among them any more.
        return (int) begun.stream().filter(unasked::contains).count();
    }

    /** Everything there was has ended: it begins anew. */
    int anew(Conversation conversation) {
        unasked.clear();
        List.copyOf(chosen).forEach(target -> conversation.handle(subscribe(UNASKED, target)));
        return chosen.size() + all(conversation);
    }

    /** A subscription could not be had, or has been ended. */
    void refused(ChannelPattern target) {
        unasked.remove(target);
        chosen.remove(target);
    }

    /** Begins to follow a device; an answer comes, with which the panel has chosen or not. */
    static void choose(ChannelPattern device, Conversation conversation) {
        conversation.handle(subscribe(ASKED, device));
    }

    /** The panel has chosen a device that there is. */
    void chosen(ChannelPattern device, Conversation conversation) {
        chosen.add(device);
        for (ChannelPattern target : unasked) {
            if (!chosen.contains(target)) {
                conversation.handle(new ClientMessage.Unsubscribe(UNASKED, target));
            }
        }
        unasked.clear();
    }

    /** The panel does not choose a device any more, or it has turned out that there is none; answers as {@link #all}. */
    int leave(ChannelPattern device, boolean subscribed, Conversation conversation) {
        boolean had = chosen.remove(device);
        int begun = all(conversation);
        if ((had || subscribed) && !unasked.contains(device)) {
            conversation.handle(new ClientMessage.Unsubscribe(UNASKED, device));
        }
        return begun;
    }

    /** A slow panel gets what it has not had yet put together. */
    private static ClientMessage subscribe(String id, ChannelPattern target) {
        return new ClientMessage.Subscribe(
                id, target, CHANGES, new Since.Now(), ClientMessage.Wish.YES, true, null, false);
    }
}
