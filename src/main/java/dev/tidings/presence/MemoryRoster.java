package dev.tidings.presence;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The roster of a single instance. Followers are told by whoever makes the change, before it goes on. */
public final class MemoryRoster implements Roster {
    // All guarded by this.
    private final Map<ChannelKey, NavigableMap<String, Presence>> byChannel = new HashMap<>();
    private final List<Follower> followers = new ArrayList<>();
    private long sequence;

    @Override
    public int shardOf(ChannelKey key) {
        return 0;
    }

    @Override
    public synchronized CompletionStage<Void> join(ChannelKey key, Presence presence) {
        NavigableMap<String, Presence> members = byChannel.computeIfAbsent(key, each -> new TreeMap<>());
        if (members.putIfAbsent(presence.connection(), presence) == null) {
            tell(key, Change.Kind.JOINED, presence);
        }
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized void leave(ChannelKey key, String connection) {
        NavigableMap<String, Presence> members = byChannel.get(key);
        Presence left = members == null ? null : members.remove(connection);
        if (members != null && left != null) {
            if (members.isEmpty()) {
                byChannel.remove(key);
            }
            tell(key, Change.Kind.LEFT, left);
        }
    }

    private void tell(ChannelKey key, Change.Kind kind, Presence presence) {
        List<Change> changes = List.of(new Change(++sequence, key, kind, presence));
        followers.forEach(follower -> follower.changed(0, sequence, changes));
    }

    @Override
    public synchronized CompletionStage<Page> read(ChannelKey key, String after, int limit) {
        return CompletableFuture.completedStage(page(byChannel.get(key), after, limit, sequence));
    }

    /** A page of members that are all at hand. */
    static Page page(@Nullable NavigableMap<String, Presence> members, String after, int limit, long sequence) {
        if (members == null) {
            return new Page(List.of(), 0, null, sequence);
        }
        NavigableMap<String, Presence> rest = after.isEmpty() ? members : members.tailMap(after, false);
        List<Presence> some = rest.values().stream().limit(limit).toList();
        boolean more =
                !some.isEmpty() && rest.lastKey().compareTo(some.getLast().connection()) > 0;
        return Page.of(some, members.size(), limit, more, sequence);
    }

    @Override
    public synchronized void follow(Follower follower) {
        followers.add(follower);
    }

    @Override
    public void close() {}
}
