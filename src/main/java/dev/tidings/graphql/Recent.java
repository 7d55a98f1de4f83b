package dev.tidings.graphql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Remembers what was used last, as much as may be. Safe on any thread. */
final class Recent<K, V> {
    private final int most;
    private final long mostSize;
    private final ToIntFunction<K> size;

    // By when they were used.
    private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long sizes;

    /**
     * @param most how many it remembers
     * @param mostSize how large they are all together
     */
    Recent(int most, long mostSize, ToIntFunction<K> size) {
        this.most = most;
        this.mostSize = mostSize;
        this.size = size;
    }

    synchronized @Nullable V get(K key) {
        return entries.get(key);
    }

    synchronized void put(K key, V value) {
        if (entries.put(key, value) == null) {
            sizes += size.applyAsInt(key);
        }
        while (entries.size() > most || sizes > mostSize) {
            K oldest = entries.keySet().iterator().next();
            entries.remove(oldest);
            sizes -= size.applyAsInt(oldest);
        }
    }
}
