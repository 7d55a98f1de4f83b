package dev.tidings.command;

import dev.tidings.event.ChannelKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the instance whose handlers are to have a command: the one that has the fewest from here for each of its matching
 * handlers, and in turn where several have, each as often as it has handlers. Safe on any thread.
 */
final class Router {
    private final String self;
    private final LocalHandlers local;
    private final Peers peers;
    private final Map<String, Integer> given = new ConcurrentHashMap<>();
    private final AtomicLong turns = new AtomicLong();

    Router(String self, LocalHandlers local, Peers peers) {
        this.self = self;
        this.local = local;
        this.peers = peers;
    }

    /** @param given how many commands from here the instance has */
    private record Candidate(String instance, int handlers, int given) {
        int compareLoad(Candidate other) {
            return Long.compare((long) given * other.handlers, (long) other.given * handlers);
        }
    }

    /**
     * An instance with handlers that match; null when there is none.
     *
     * @param but instances that are out of the question
     */
    @Nullable
    String choose(ChannelKey key, Set<String> but) {
        List<Candidate> best = new ArrayList<>();
        int handlers = 0;
        for (Candidate each : candidates(key, but)) {
            int comparison = best.isEmpty() ? 0 : each.compareLoad(best.getFirst());
            if (comparison < 0) {
                best.clear();
                handlers = 0;
            }
            if (comparison <= 0) {
                best.add(each);
                handlers += each.handlers();
            }
        }
        if (best.isEmpty()) {
            return null;
        }
        long turn = Math.floorMod(turns.getAndIncrement(), (long) handlers);
        for (Candidate each : best) {
            turn -= each.handlers();
            if (turn < 0) {
                return each.instance();
            }
        }
        throw new IllegalStateException("a turn is less than the number of handlers");
    }

    boolean isHandled(ChannelKey key) {
        return !candidates(key, Set.of()).isEmpty();
    }

    private List<Candidate> candidates(ChannelKey key, Set<String> but) {
        List<Candidate> candidates = new ArrayList<>();
        add(candidates, self, local.count(key), but);
        peers.handlers(key, local.names(key)).forEach((instance, count) -> add(candidates, instance, count, but));
        return candidates;
    }

    private void add(List<Candidate> candidates, String instance, int handlers, Set<String> but) {
        if (handlers > 0 && !but.contains(instance)) {
            candidates.add(new Candidate(instance, handlers, given.getOrDefault(instance, 0)));
        }
    }

    void gave(String instance) {
        given.merge(instance, 1, Integer::sum);
    }

    void over(String instance) {
        given.computeIfPresent(instance, (each, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    }
}
