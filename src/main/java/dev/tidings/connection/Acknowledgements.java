package dev.tidings.connection;

import dev.tidings.event.Position;
import dev.tidings.log.DurableName;
import dev.tidings.log.DurablePositions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what clients of this instance acknowledge, and stores the newest of each name a few times a second: however often
 * they acknowledge, it costs one write. What has not been stored when this instance dies is delivered again. Safe on any
 * thread.
 */
public final class Acknowledgements {
    private static final Logger LOG = Logger.getLogger(Acknowledgements.class);

    /** How long something may wait to be stored. */
    private static final long STORE_MS = 200;

    /** How long after a failure the next attempt is made. */
    private static final long RETRY_MS = 1000;

    /** Positions stored at a time. */
    private static final int BATCH = 5000;

    /** Names that may wait while nothing can be stored; what is acknowledged of others then is delivered again. */
    static final int MOST_WAITING = 100_000;

    private final DurablePositions positions;
    private final ScheduledExecutorService executor;
    private final long refreshNanos;
    private final long storeMs;
    private final Map<DurableName, Position> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** What is being stored; empty while nothing is. Changed by whoever holds {@link #storing}. */
    private volatile Map<DurableName, Position> underWay = Map.of();

    private final AtomicBoolean storing = new AtomicBoolean();
    private volatile boolean failing;

    /**
     * @param executor runs short tasks, later ones too
     * @param keep how long a position is kept that nobody comes back to
     */
    public Acknowledgements(DurablePositions positions, ScheduledExecutorService executor, Duration keep) {
        this(positions, executor, keep, STORE_MS);
    }

    /** @param storeMs how long something may wait to be stored */
    Acknowledgements(DurablePositions positions, ScheduledExecutorService executor, Duration keep, long storeMs) {
        this.storeMs = storeMs;
        this.positions = positions;
        this.executor = executor;
        this.refreshNanos = keep.toNanos() / 8;
    }

    /** How often a position is to be acknowledged anew that somebody still wants. */
    long refreshNanos() {
        return refreshNanos;
    }

    /** Takes note that everything up to a position has been dealt with. */
    void acknowledge(DurableName name, Position position) {
        if (waiting.size() < MOST_WAITING || waiting.containsKey(name)) {
            waiting.merge(name, position, Acknowledgements::later);
            storeIn(failing ? RETRY_MS : storeMs);
        }
    }

    /** Has what waits stored at once. */
    void hurry() {
        if (!waiting.isEmpty() && !failing) {
            executor.execute(this::store);
        }
    }

    /** How many names wait to have their positions stored. */
    public int waiting() {
        return waiting.size() + underWay.size();
    }

    /** The position acknowledged under a name, stored or not; empty when there is none. */
    CompletionStage<Optional<Position>> find(DurableName name) {
        // Before the look into the store: what is stored meanwhile would be in neither.
        Position known = pending(name);
        return positions
                .find(name)
                .thenApply(found -> known == null
                        ? found
                        : Optional.of(found.map(stored -> later(stored, known)).orElse(known)));
    }

    /** As {@link DurablePositions#begin}. */
    CompletionStage<Optional<Position>> begin(DurableName name, Position start) {
        return positions.begin(name, start);
    }

    /** Stores what waits, for at most so long. Blocks. */
    public void close(long timeoutMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        Map<DurableName, Position> rest = new HashMap<>(underWay);
        waiting.forEach((name, position) -> rest.merge(name, position, Acknowledgements::later));
        waiting.clear();
        if (rest.isEmpty()) {
            return;
        }
        CompletableFuture<Void> stored = positions.acknowledge(rest).toCompletableFuture();
        try {
            stored.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("the last acknowledgements could not be stored: %s", e.getMessage());
        }
    }

    private @Nullable Position pending(DurableName name) {
        // In this order: what is being stored was taken from what waits, and goes back there when that fails.
        Position newest = waiting.get(name);
        return newest == null ? underWay.get(name) : newest;
    }

    private void storeIn(long ms) {
        if (scheduled.compareAndSet(false, true)) {
            var unused = executor.schedule(
                    () -> {
                        scheduled.set(false);
                        store();
                    },
                    ms,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** One batch at a time, so that a slow store is not asked for more than it can do. */
    private void store() {
        if (waiting.isEmpty() || !storing.compareAndSet(false, true)) {
            return;
        }
        Map<DurableName, Position> batch = take();
        positions.acknowledge(batch).whenComplete((done, failure) -> {
            if (failure != null) {
                batch.forEach((name, position) -> waiting.merge(name, position, (newer, older) -> later(older, newer)));
            }
            underWay = Map.of();
            storing.set(false);
            note(failure);
            if (!waiting.isEmpty()) {
                storeIn(failure != null ? RETRY_MS : batch.size() == BATCH ? 0 : storeMs);
            }
        });
    }

    private Map<DurableName, Position> take() {
        Map<DurableName, Position> batch = new HashMap<>();
        Iterator<Map.Entry<DurableName, Position>> each = waiting.entrySet().iterator();
        while (each.hasNext() && batch.size() < BATCH) {
            Map.Entry<DurableName, Position> entry = each.next();
            batch.put(entry.getKey(), entry.getValue());
        }
        underWay = batch;
        // Not if it has been acknowledged further meanwhile.
        batch.forEach(waiting::remove);
        return batch;
    }

    private void note(@Nullable Throwable failure) {
        if (failure != null && !failing) {
            LOG.warnf("acknowledgements cannot be stored now, and are kept: %s", failure.getMessage());
        } else if (failure == null && failing) {
            LOG.info("acknowledgements can be stored again");
        }
        failing = failure != null;
    }

    /** The one that is further; in another epoch the one that came later. */
    private static Position later(Position earlier, Position later) {
        return earlier.sameEpoch(later) && earlier.offset() > later.offset() ? earlier : later;
    }
}
