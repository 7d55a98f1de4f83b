package dev.tidings.connection;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends clients to other instances before this one stops. Each is told a time of its own to connect anew, and its connection
 * ends then: they do not all arrive elsewhere at once. Safe on any thread.
 */
@Singleton
public class Drain {
    /** What a new connection costs the instance that it goes to; a few clients leave at once. */
    private static final long MS_FOR_EACH = 10;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Instance<Sweeps> sweeps;
    private final Instance<Admission> admission;
    private volatile boolean running;

    /** @param sweeps and admission are made when the settings are known to work, and handshakes are prepared before that */
    Drain(Instance<Sweeps> sweeps, Instance<Admission> admission) {
        this.sweeps = sweeps;
        this.admission = admission;
    }

    /** True when the service is about to stop: nobody else is let in. */
    public boolean isRunning() {
        return running;
    }

    /** Has all clients leave, and waits until they have or the time is up. Blocks. */
    public void run(Duration limit) {
        long begun = System.nanoTime();
        running = true;
        Admission open = admission.get();
        long spreadMs = Math.min(limit.toMillis() * 8 / 10, open.open() * MS_FOR_EACH);
        sweeps.get().drain(spreadMs);
        while (open.open() > 0 && System.nanoTime() - begun < limit.toNanos()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
