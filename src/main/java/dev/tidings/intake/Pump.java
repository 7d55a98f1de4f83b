package dev.tidings.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Gathers the submissions for one shard and sends them off, one batch at a time. */
final class Pump {
    private static final int MAX_BATCH = 512;

    private final int shard;
    private final int capacity;
    private final Consumer<Batch> outlet;
    private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();

    Pump(int shard, int capacity, Consumer<Batch> outlet) {
        this.shard = shard;
        this.capacity = capacity;
        this.outlet = outlet;
    }

    /** False when too many wait already; the submission was not taken. */
    boolean offer(Pending pending) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return false;
        }
        waiting.add(pending);
        return true;
    }

    /** Sends off what waits, unless a batch is on its way: its end will. */
    void run() {
        while (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
            Batch batch = new Batch(shard, take(), new CompletableFuture<>());
            if (!batch.items().isEmpty()) {
                outlet.accept(batch);
            } else {
                batch.done().complete(null);
            }
            if (!batch.done().isDone()) {
                var unused = batch.done().whenComplete((done, failure) -> {
                    busy.set(false);
                    run();
                });
                return;
            }
            busy.set(false);
        }
    }

    /** How many wait. */
    int waiting() {
        return size.get();
    }

    private List<Pending> take() {
        List<Pending> taken = new ArrayList<>();
        Pending next;
        while (taken.size() < MAX_BATCH && (next = waiting.poll()) != null) {
            taken.add(next);
        }
        size.addAndGet(-taken.size());
        return taken;
    }
}
