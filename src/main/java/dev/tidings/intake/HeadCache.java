package dev.tidings.intake;

import dev.tidings.event.ChannelKey;
import dev.tidings.log.Head;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where channels stood when this writer last heard of them. May be behind what other instances wrote: good enough to
 * compute a compare-and-set, not good enough to say that nothing would change. Bounded; the least recently used go first.
 */
final class HeadCache {
    private final Map<ChannelKey, Head> heads;

    HeadCache(int capacity) {
        this.heads = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ChannelKey, Head> eldest) {
                return size() > capacity;
            }
        };
    }

    @Nullable
    Head get(ChannelKey key) {
        return heads.get(key);
    }

    void put(ChannelKey key, Head head) {
        heads.put(key, head);
    }

    void forget(ChannelKey key) {
        heads.remove(key);
    }

    void clear() {
        heads.clear();
    }
}
