package dev.tidings.auth;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens found good within the last minute, so that a caller who makes many requests has a signature checked once a minute
 * and not for each. A key that is withdrawn is good for so long at most. Bounded; safe on any thread.
 */
final class RecentTokens {
    private static final int CAPACITY = 10_000;
    private static final long FRESH_MS = 60_000;

    private final Clock clock;
    private final Map<String, Verified> verified = new ConcurrentHashMap<>();

    private record Verified(Caller caller, long at) {}

    RecentTokens(Clock clock) {
        this.clock = clock;
    }

    /** Who the token was found to be of, unless that was too long ago or the token has expired since. */
    @Nullable
    Caller find(String token) {
        Verified known = verified.get(token);
        if (known == null) {
            return null;
        }
        long now = clock.millis();
        return now - known.at() < FRESH_MS && known.caller().expiresAt() > now ? known.caller() : null;
    }

    void add(String token, Caller caller) {
        if (verified.size() >= CAPACITY) {
            // Rare, and costs no more than checking signatures once more.
            verified.clear();
        }
        verified.put(token, new Verified(caller, clock.millis()));
    }
}
