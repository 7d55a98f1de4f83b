package dev.tidings.api.call;

import dev.tidings.auth.Caller;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.limits.TokenBucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many calls each subject has made of late. Safe on any thread. */
@ApplicationScoped
public class RequestRates {
    private static final int CLEAN_ABOVE = 10_000;

    private final int perSecond;
    private final int burst;
    private final Counter hits;
    private final Map<Owner, TokenBucket> buckets = new ConcurrentHashMap<>();

    private record Owner(String tenant, String subject) {}

    RequestRates(LimitsConfig limits, MeterRegistry meters) {
        this.perSecond = limits.requestsPerSecond();
        this.burst = limits.requestsBurst();
        this.hits = Counter.builder("tidings.limit.hits")
                .description("Times a client was refused something because of a limit")
                .tag("limit", "requests-per-second")
                .register(meters);
    }

    /** Counts a call; returns 0 if it may be made, else the time in ms after which it may. */
    public long tryTake(Caller caller) {
        if (buckets.size() > CLEAN_ABOVE) {
            // A bucket that is full again says no more than none.
            buckets.values().removeIf(bucket -> {
                synchronized (bucket) {
                    return bucket.isFull();
                }
            });
        }
        TokenBucket bucket = buckets.computeIfAbsent(
                new Owner(caller.tenant(), caller.countedAs()),
                owner -> new TokenBucket(perSecond, burst, System::nanoTime));
        long waitMs;
        synchronized (bucket) {
            waitMs = bucket.tryTake();
        }
        if (waitMs > 0) {
            hits.increment();
        }
        return waitMs;
    }
}
