package dev.tidings.cluster.redis;

import dev.tidings.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The other instances, and when each was heard of last. Used on one event loop only, but for {@link #all}. */
final class Fellows {
    private static final Logger LOG = Logger.getLogger(Fellows.class);

    private final String self;
    private final long leaseNanos;
    private final Map<String, Long> heardNanos = new HashMap<>();
    private final List<Cluster.Watcher> watchers = new ArrayList<>();
    private volatile Set<String> all;
    private long lookedNanos = System.nanoTime();

    Fellows(String self, Duration lease) {
        this.self = self;
        this.leaseNanos = lease.toNanos();
        this.all = Set.of(self);
    }

    /** Those that are there, this instance included. Safe on any thread. */
    Set<String> all() {
        return all;
    }

    void watch(Cluster.Watcher watcher) {
        watchers.add(watcher);
        heardNanos.keySet().forEach(watcher::joined);
    }

    void heard(String instance) {
        if (heardNanos.put(instance, System.nanoTime()) == null) {
            changed();
            tell(watcher -> watcher.joined(instance));
        }
    }

    void left(String instance) {
        if (heardNanos.remove(instance) != null) {
            changed();
            tell(watcher -> watcher.left(instance));
        }
    }

    /** Lets those go that have not been heard of for too long. */
    void look() {
        long now = System.nanoTime();
        if (now - lookedNanos > leaseNanos / 2) {
            // This instance was asleep, and has not read yet what was said meanwhile.
            heardNanos.replaceAll((instance, heard) -> now);
        }
        lookedNanos = now;
        heardNanos.entrySet().stream()
                .filter(each -> now - each.getValue() > leaseNanos)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::left);
    }

    private void changed() {
        Set<String> those = new HashSet<>(heardNanos.keySet());
        those.add(self);
        all = Set.copyOf(those);
    }

    private void tell(Consumer<Cluster.Watcher> what) {
        for (Cluster.Watcher watcher : watchers) {
            try {
                what.accept(watcher);
            } catch (RuntimeException fault) {
                LOG.error("a watcher of the cluster failed", fault);
            }
        }
    }
}
