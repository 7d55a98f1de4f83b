package dev.tidings.connection;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** Who looks after the connections of this instance, by event loop. Safe on any thread. */
@Singleton
public class Sweeps {
    private final Clock clock;
    private final Map<ScheduledExecutorService, Sweep> byLoop = new ConcurrentHashMap<>();

    Sweeps(Clock clock) {
        this.clock = clock;
    }

    /** That of one event loop; to be used on its thread. */
    public Sweep on(ScheduledExecutorService loop) {
        return byLoop.computeIfAbsent(loop, each -> new Sweep(each, clock));
    }

    /** Has all clients leave, each at another time within so many ms. */
    void drain(long spreadMs) {
        byLoop.forEach((loop, sweep) -> loop.execute(() -> sweep.drain(spreadMs)));
    }
}
