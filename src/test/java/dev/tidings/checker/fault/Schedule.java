package dev.tidings.checker.fault;

import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Which faults come when, alone and together: follows from the seed alone. At the end all is mended.
 */
public final class Schedule {
    private static final int TOGETHER = 3;
    private static final long PATIENCE_SECONDS = 60;

    private final List<Planned> plan = new ArrayList<>();
    private final Map<String, Integer> done = new HashMap<>();
    private final Set<String> broken = new HashSet<>();

    /** A fault, and when it begins and ends, in ms. */
    public record Planned(Fault fault, long from, long to) {}

    /** @param faults what there is to choose from, in an order that is always the same */
    public Schedule(List<Fault> faults, long millis, long seed) {
        Random random = new Random(seed);
        List<Long> ends = new ArrayList<>();
        Map<String, Long> mended = new HashMap<>();
        for (long at = 500 + random.nextLong(1000); at < millis; at += 100 + random.nextLong(2500)) {
            Fault fault = faults.get(random.nextInt(faults.size()));
            long to = at + 100 + random.nextLong(random.nextInt(4) == 0 ? 7000 : 2500);
            long now = at;
            ends.removeIf(end -> end < now);
            if (ends.size() < TOGETHER && mended.getOrDefault(fault.target(), 0L) < at) {
                plan.add(new Planned(fault, at, to));
                ends.add(to);
                mended.put(fault.target(), to + 300);
            }
        }
    }

    public List<Planned> plan() {
        return plan;
    }

    /** How often each kind was done. */
    public Map<String, Integer> done() {
        return done;
    }

    /** Does what is planned, and returns when all is mended. */
    public void run(History history) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long begin = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Planned each : plan) {
                sleepUntil(never, begin, each.from());
                if (reserve(each.fault().target())) {
                    running.add(threads.submit(() -> happen(each, history, begin, never)));
                }
            }
            for (Future<?> each : running) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a fault could not be injected or mended", e);
        }
    }

    private synchronized boolean reserve(String target) {
        return broken.add(target);
    }

    private synchronized void release(Fault fault) {
        broken.remove(fault.target());
        done.merge(fault.kind(), 1, Integer::sum);
    }

    private Void happen(Planned planned, History history, long begin, CountDownLatch never) throws Exception {
        Fault fault = planned.fault();
        long loses = fault.losesData() ? 1 : 0;
        history.note(Kind.FAULT, fault.kind(), 0, "", "", "", "", loses, fault.target());
        try {
            fault.breaks().run();
            sleepUntil(never, begin, planned.to());
        } finally {
            fault.mends().run();
            history.note(Kind.HEALED, fault.kind(), 0, fault.target());
            release(fault);
        }
        return null;
    }

    private static void sleepUntil(CountDownLatch never, long begin, long millis) throws InterruptedException {
        boolean unused =
                never.await(begin + TimeUnit.MILLISECONDS.toNanos(millis) - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
