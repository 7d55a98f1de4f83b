package dev.tidings.log;

import dev.tidings.event.Draft;
import dev.tidings.log.sqlite.SqliteEventLog;
import dev.tidings.log.sqlite.SqliteSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * How fast a log takes events, acknowledged: one writer with batches of several sizes, then single events, one after the
 * other and by many at once. Payloads of 200 bytes, 100 channels that keep 1000 events each.
 *
 * <p>{@code ./mvnw -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath} and {@code java -cp
 * target/test-classes:target/classes:$(cat target/classpath) dev.tidings.log.LogBenchmark [file]}; without a file, in memory.
 */
final class LogBenchmark {
    private static final Duration EACH = Duration.ofSeconds(10);
    private static final String PAYLOAD = '"' + "x".repeat(198) + '"';

    private static long cpuBefore;

    private LogBenchmark() {}

    public static void main(String[] arguments) {
        Retention.Policy retention = namespace -> Retention.DEFAULT;
        EventLog log = arguments.length == 0
                ? new MemoryEventLog(retention, Clock.systemUTC(), 64 << 20)
                : SqliteEventLog.open(
                        new SqliteSettings(Path.of(arguments[0]), 100_000, Duration.ofSeconds(2)),
                        retention,
                        Clock.systemUTC());
        try (log) {
            TestLog calls = new TestLog(log, Clock.systemUTC());
            int events = 0;
            for (int size : List.of(100, 512, 100, 512, 2000)) {
                events += batches(calls, size);
            }
            singles(calls, 1);
            singles(calls, 64);
            reads(calls);
            System.out.printf("%d events in batches%n", events);
        }
    }

    private static List<Draft> batch(TestLog log, int size, int first) {
        return IntStream.range(first, first + size)
                .mapToObj(i -> log.draft(TestLog.key("room:" + i % 100), PAYLOAD))
                .toList();
    }

    /** One batch after the other. */
    private static int batches(TestLog log, int size) {
        List<Long> nanos = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + EACH.toNanos();
        int events = 0;
        while (System.nanoTime() < end) {
            List<Draft> drafts = batch(log, size, events);
            long before = System.nanoTime();
            log.append(drafts);
            nanos.add(System.nanoTime() - before);
            events += size;
        }
        show("batches of " + size, events, System.nanoTime() - start, nanos);
        return events;
    }

    /** Single events, by so many publishers who each wait for the answer. */
    private static void singles(TestLog log, int publishers) {
        long start = System.nanoTime();
        long end = start + EACH.toNanos();
        List<CompletableFuture<List<Long>>> all = IntStream.range(0, publishers)
                .mapToObj(publisher -> CompletableFuture.supplyAsync(
                        () -> {
                            List<Long> nanos = new ArrayList<>();
                            while (System.nanoTime() < end) {
                                List<Draft> drafts = batch(log, 1, nanos.size() + publisher);
                                long before = System.nanoTime();
                                log.append(drafts);
                                nanos.add(System.nanoTime() - before);
                            }
                            return nanos;
                        },
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        List<Long> nanos = new ArrayList<>();
        all.forEach(each -> nanos.addAll(each.join()));
        show("single events by " + publishers, nanos.size(), System.nanoTime() - start, nanos);
    }

    /** The last hundred events of a channel, by one reader. */
    private static void reads(TestLog log) {
        List<Long> nanos = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + EACH.toNanos();
        while (System.nanoTime() < end) {
            long before = System.nanoTime();
            log.read(TestLog.key("room:" + nanos.size() % 100), new Since.Last(100));
            nanos.add(System.nanoTime() - before);
        }
        show("reads of 100 events", nanos.size(), System.nanoTime() - start, nanos);
    }

    private static void show(String what, int count, long took, List<Long> nanos) {
        long cpu = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
        double cpuEach = (cpu - cpuBefore) / 1e3 / count;
        cpuBefore = cpu;
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "%-24s %9.0f a second, %4.0f µs of CPU each, a call p50 %.2f ms, p99 %.2f ms, longest %.1f ms%n",
                what,
                count * 1e9 / took,
                cpuEach,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }
}
