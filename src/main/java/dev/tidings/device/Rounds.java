package dev.tidings.device;

import dev.tidings.source.lease.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Comes round to a driver's devices again and again, on one instance of a cluster: while it holds the lease.
 *
 * <p>A round begins when it is time, whether or not the one before is over: what is begun for one device must not hold up the
 * others, and {@link Reports#look} passes over a device that is still being looked at.
 */
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final long LISTING_MS = 5000;

    private final Duration interval;
    private final Lease lease;
    private final Reports reports;
    private final Consumer<String> visit;
    private final Thread thread;

    /** Of the thread. */
    private long term = Lease.NOT_HELD;

    /**
     * Rounds that have not begun.
     *
     * @param driver the driver's name, for its thread
     * @param lease given up with the rounds
     * @param visit begins what is to be done with a device; must not wait
     */
    public Rounds(String driver, Duration interval, Lease lease, Reports reports, Consumer<String> visit) {
        this.interval = interval;
        this.lease = lease;
        this.reports = reports;
        this.visit = visit;
        this.thread = Thread.ofVirtual().name("rounds-" + driver).unstarted(this::run);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long now = lease.term();
                if (now != term) {
                    term = now;
                    reports.askAnew();
                }
                if (now != Lease.NOT_HELD) {
                    round();
                }
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            LOG.debug("the rounds are over");
        }
    }

    private void round() throws InterruptedException {
        try {
            List<String> devices = reports.devices().toCompletableFuture().get(LISTING_MS, TimeUnit.MILLISECONDS);
            devices.forEach(visit);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debugf(e, "a round has failed");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        lease.close();
    }
}
