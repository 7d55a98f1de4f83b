package dev.tidings.connection;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Looks after the connections of one event loop: none has a timer of its own. Used on that loop's thread only. */
public final class Sweep {
    private static final long SWEEP_MS = 200;

    private final ScheduledExecutorService loop;
    private final Clock clock;
    private final Set<LiveConnection> connections = new LinkedHashSet<>();
    private boolean sweeping;

    Sweep(ScheduledExecutorService loop, Clock clock) {
        this.loop = loop;
        this.clock = clock;
    }

    public void add(LiveConnection connection) {
        connections.add(connection);
        if (!sweeping) {
            sweeping = true;
            schedule();
        }
    }

    public void remove(LiveConnection connection) {
        connections.remove(connection);
    }

    /** Has every client leave, each at another time within so many ms. */
    void drain(long spreadMs) {
        for (LiveConnection connection : List.copyOf(connections)) {
            connection.leaveIn(ThreadLocalRandom.current().nextLong(spreadMs + 1));
        }
    }

    private void schedule() {
        var unused = loop.schedule(this::run, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    private void run() {
        long nanos = System.nanoTime();
        long millis = clock.millis();
        // A connection may end by this, and leave.
        for (LiveConnection connection : List.copyOf(connections)) {
            connection.tick(nanos, millis);
        }
        sweeping = !connections.isEmpty();
        if (sweeping) {
            schedule();
        }
    }
}
