package dev.tidings.hub;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many subscriptions there are to each target. Safe on any thread; changed when one begins or ends. */
final class SubscriberCount {
    private final Map<Target, Integer> exact = new ConcurrentHashMap<>();
    private final Map<Target, Integer> patterns = new ConcurrentHashMap<>();

    private record Target(String tenant, ChannelPattern pattern) {}

    void add(String tenant, ChannelPattern pattern, int change) {
        (pattern.isExact() ? exact : patterns)
                .merge(new Target(tenant, pattern), change, (a, b) -> a + b == 0 ? null : a + b);
    }

    int of(ChannelKey key) {
        int count = exact.getOrDefault(new Target(key.tenant(), ChannelPattern.exactly(key.channel())), 0);
        for (Map.Entry<Target, Integer> each : patterns.entrySet()) {
            Target target = each.getKey();
            if (target.tenant().equals(key.tenant()) && target.pattern().matches(key.channel())) {
                count += each.getValue();
            }
        }
        return count;
    }
}
