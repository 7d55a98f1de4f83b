package dev.tidings.socketio;

import dev.tidings.limits.LimitsConfig;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this instance by the ids that requests name them by. How many there are is bounded as that of all
 * connections is; of those who have not shown who they are, which cost their clients not even a socket, there may be a tenth
 * of that, and from one address a tenth of these. Safe on any thread.
 */
@Singleton
class EngineConnections {
    private static final int SHARE = 10;
    private static final int ID_BYTES = 18;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, EngineConnection> byId = new ConcurrentHashMap<>();
    private final Map<String, Integer> strangers = new ConcurrentHashMap<>();
    private final int limit;
    private int allStrangers;

    EngineConnections(LimitsConfig limits) {
        this.limit = Math.max(SHARE * SHARE, limits.connections() / SHARE);
    }

    /** An id that nobody can guess. */
    String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    void add(String sid, EngineConnection connection) {
        byId.put(sid, connection);
    }

    void remove(String sid) {
        byId.remove(sid);
    }

    @Nullable
    EngineConnection get(String sid) {
        return byId.get(sid);
    }

    int size() {
        return byId.size();
    }

    /** Counts in somebody who is not known yet; else says of whom there are too many. */
    synchronized @Nullable EngineError enter(String address) {
        int before = strangers.getOrDefault(address, 0);
        if (before >= limit / SHARE) {
            return EngineError.TOO_MANY_OF_ADDRESS;
        }
        if (allStrangers >= limit) {
            return EngineError.TOO_MANY_STRANGERS;
        }
        allStrangers++;
        strangers.put(address, before + 1);
        return null;
    }

    /** Counts out somebody who is known now, or has gone. */
    synchronized void leave(String address) {
        allStrangers--;
        strangers.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
}
