package dev.tidings.command;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many commands each caller waits for. Safe on any thread. */
final class Quotas {
    private final int perCaller;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    Quotas(int perCaller) {
        this.perCaller = perCaller;
    }

    /** False when the caller waits for as many as it may. */
    boolean tryTake(String caller) {
        if (taken.merge(caller, 1, Integer::sum) <= perCaller) {
            return true;
        }
        release(caller);
        return false;
    }

    void release(String caller) {
        taken.computeIfPresent(caller, (each, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
    }
}
