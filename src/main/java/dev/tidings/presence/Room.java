package dev.tidings.presence;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.hub.Subscriber;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import dev.tidings.protocol.ServerMessageWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel as the connections of one loop that are present there see it: who else is. What they are told are the changes of
 * this view, so nobody comes, or goes, twice. Used on the loop's thread only.
 *
 * <p>While the roster is being read, what is heard is only noted; what the roster answers reaches up to a known place, and of
 * what was noted, whatever is after that place is new.
 */
final class Room {
    /** Changes that may be noted while the roster is being read. */
    private static final int MAX_NOTED = 20_000;

    private final ChannelKey key;

    /** The loop's connections that are present or about to be, and how to tell them once they listen. */
    private final Map<String, @Nullable Subscriber> guests = new HashMap<>();

    private NavigableMap<String, Presence> members = new TreeMap<>();
    private List<Change> untold = new ArrayList<>();
    private List<Change> noted = new ArrayList<>();
    private boolean missed;
    private boolean known;
    private long reached;

    /** The reading whose result is waited for; any other is out of date. */
    private @Nullable Object reading;

    /** Until then, by {@link System#nanoTime}, those who are missing may be announced again. */
    private long returnsUntilNanos = System.nanoTime();

    Room(ChannelKey key) {
        this.key = key;
    }

    ChannelKey key() {
        return key;
    }

    void admit(String connection) {
        guests.putIfAbsent(connection, null);
    }

    /** Tells a guest what changes from now on. */
    void listen(String connection, Subscriber subscriber) {
        if (guests.containsKey(connection)) {
            guests.put(connection, subscriber);
        }
    }

    void dismiss(String connection) {
        guests.remove(connection);
    }

    boolean has(String connection) {
        return guests.containsKey(connection);
    }

    boolean isEmpty() {
        return guests.isEmpty();
    }

    /** True when it is known who is present, and nothing has been missed. */
    boolean isCurrent() {
        return known && reading == null;
    }

    /** All changes up to there are in the view, whatever the loop has heard besides. */
    long reached() {
        return reached;
    }

    /** Some of those who are present. */
    Page page(String after, int limit) {
        return MemoryRoster.page(members, after, limit, reached);
    }

    /** From now on until {@link #settle} changes are noted. Whatever reading was under way before no longer counts. */
    void beginReading(Object which) {
        reading = which;
        missed = false;
        noted = new ArrayList<>();
    }

    boolean isReadBy(Object which) {
        return which.equals(reading);
    }

    /** Leaves in the view for so long those who are not found. */
    void expectReturns(long ms) {
        returnsUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /** True while those who are not found are left in the view. */
    boolean expectsReturns() {
        return System.nanoTime() - returnsUntilNanos < 0;
    }

    void hear(Change change) {
        if (reading == null) {
            if (change.sequence() > reached) {
                apply(change);
            }
        } else if (noted.size() < MAX_NOTED) {
            noted.add(change);
        } else {
            missed = true;
        }
    }

    /** True when more changed during the reading than could be noted: the roster has to be read once more. */
    boolean hasMissed() {
        return missed;
    }

    /**
     * Takes what was read.
     *
     * @param found everybody present, and maybe some who have left since
     * @param sequence whatever changed after it is not in there for certain
     */
    void settle(NavigableMap<String, Presence> found, long sequence) {
        List<Change> later = noted;
        Set<String> gone = new HashSet<>();
        boolean keep = expectsReturns();
        reading = null;
        noted = List.of();
        reached = sequence;
        for (Change change : later) {
            if (change.sequence() > sequence) {
                if (change.kind() == Change.Kind.JOINED) {
                    found.put(change.connection(), change.presence());
                } else {
                    found.remove(change.connection());
                    gone.add(change.connection());
                }
                reached = change.sequence();
            }
        }
        if (!known) {
            known = true;
            members = found;
            return;
        }
        for (Presence member : List.copyOf(members.values())) {
            boolean missing = !found.containsKey(member.connection());
            if (missing && (!keep || gone.contains(member.connection()))) {
                apply(new Change(reached, key, Change.Kind.LEFT, member));
            }
        }
        found.values().forEach(member -> apply(new Change(reached, key, Change.Kind.JOINED, member)));
    }

    private void apply(Change change) {
        boolean news = change.kind() == Change.Kind.JOINED
                ? members.putIfAbsent(change.connection(), change.presence()) == null
                : members.remove(change.connection()) != null;
        if (news) {
            untold.add(change);
        }
    }

    /** Tells all who listen what has changed, but for what they did themselves. */
    void tell(long timestamp) {
        if (untold.isEmpty()) {
            return;
        }
        List<Change> news = untold;
        untold = new ArrayList<>();
        Map<Change, byte[]> encoded = new LinkedHashMap<>();
        Set<String> concerned = new HashSet<>();
        for (Change change : news) {
            encoded.put(change, encode(change, timestamp));
            concerned.add(change.connection());
        }
        Frames all = Frames.of(List.copyOf(encoded.values()));
        for (Map.Entry<String, @Nullable Subscriber> guest : guests.entrySet()) {
            Subscriber subscriber = guest.getValue();
            if (subscriber != null) {
                Frames frames = concerned.contains(guest.getKey()) ? without(guest.getKey(), encoded) : all;
                // What is not taken cannot be had again later, so a connection that is too slow ends.
                if (!frames.messages().isEmpty() && subscriber.offer(frames) == Subscriber.Offer.FULL) {
                    subscriber.overflow();
                }
            }
        }
    }

    private static Frames without(String connection, Map<Change, byte[]> encoded) {
        List<byte[]> others = new ArrayList<>(encoded.size());
        encoded.forEach((change, bytes) -> {
            if (!change.connection().equals(connection)) {
                others.add(bytes);
            }
        });
        return Frames.of(others);
    }

    private byte[] encode(Change change, long timestamp) {
        ServerMessage message = change.kind() == Change.Kind.JOINED
                ? new ServerMessage.Joined(key.channel(), change.presence())
                : new ServerMessage.Left(key.channel(), change.presence());
        return ServerMessageWriter.write(message, null, timestamp).messages().getFirst();
    }
}
