package dev.tidings.log.sqlite;

import dev.tidings.event.ChannelKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who was asked for lately. A channel that has never been used keeps the generation that a reader was told of, and one that
 * is read is not forgotten, without a read ever having to write to the file. Bounded: those not asked for longest go first.
 */
final class Visits {
    private static final int MOST = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ChannelKey, Visit> visits = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ChannelKey, Visit> eldest) {
            return size() > MOST;
        }
    };

    /** @param told the generation that a channel, not used before, was said to be of; null if it was used */
    private record Visit(long time, @Nullable Long told) {}

    /** Somebody asks for a channel that is in the file. */
    void used(ChannelKey key, long now) {
        lock.lock();
        try {
            visits.put(key, new Visit(now, null));
        } finally {
            lock.unlock();
        }
    }

    /** Somebody asks for a channel that is not in the file: the generation its first event will be of. */
    long unused(ChannelKey key, long now, long generation) {
        lock.lock();
        try {
            Visit before = visits.get(key);
            long told = before == null || before.told() == null ? generation : before.told();
            visits.put(key, new Visit(now, told));
            return told;
        } finally {
            lock.unlock();
        }
    }

    /** The channel is to be forgotten: false when somebody has asked for it since then. */
    boolean forget(ChannelKey key, long since) {
        lock.lock();
        try {
            Visit last = visits.get(key);
            if (last != null && last.time() >= since) {
                return false;
            }
            visits.remove(key);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
