package dev.tidings.connection;

import dev.tidings.auth.Caller;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.hub.Subscriber;
import dev.tidings.presence.LoopRooms;
import dev.tidings.presence.Page;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Where one connection is present. Used on the connection's loop only. */
final class Attendance {
    private final String connection;
    private final Subscriber subscriber;
    private final LoopRooms rooms;

    /** Where it is present or about to be. Most connections never are, and pay for no set of their own. */
    private Set<ChannelKey> channels = Set.of();

    Attendance(String connection, Subscriber subscriber, LoopRooms rooms) {
        this.connection = connection;
        this.subscriber = subscriber;
        this.rooms = rooms;
    }

    boolean contains(ChannelKey key) {
        return channels.contains(key);
    }

    /** Makes the connection present; if that fails, it is not. */
    CompletionStage<Void> join(ChannelKey key, Caller caller, long now) {
        if (channels.isEmpty()) {
            channels = new HashSet<>();
        }
        channels.add(key);
        return rooms.join(key, new Presence(connection, caller.subject(), now, caller.info()));
    }

    /** Has the connection told who comes and goes from now on. */
    void listen(ChannelKey key) {
        if (contains(key)) {
            rooms.listen(key, connection, subscriber);
        }
    }

    /** Ends its presence; false when it was not present. */
    boolean leave(ChannelKey key) {
        boolean was = contains(key) && channels.remove(key);
        if (was) {
            rooms.leave(key, connection);
        }
        return was;
    }

    /** Who is present there. */
    CompletionStage<Page> read(ChannelKey key, String after, int limit) {
        return rooms.read(key, connection, after, limit);
    }

    /** Ends all of its presences. */
    void close() {
        List.copyOf(channels).forEach(this::leave);
    }
}
