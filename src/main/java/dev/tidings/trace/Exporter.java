package dev.tidings.trace;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells spans to a collector, many at a time. What it does not take is thrown away: a trace is not worth holding anything up. Its
 * troubles are logged once, until it takes spans again.
 */
final class Exporter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("dev.tidings.trace");
    private static final int CAPACITY = 10_000;
    private static final int AT_ONCE = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LAST_MS = 3000;

    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final TracingSettings settings;
    private final OtlpJson form;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder told = new LongAdder();
    private @Nullable Thread thread;
    private boolean troubled;
    private volatile boolean closed;

    private Exporter(TracingSettings settings, OtlpJson form) {
        this.settings = settings;
        this.form = form;
    }

    static Exporter start(TracingSettings settings, OtlpJson form) {
        Exporter exporter = new Exporter(settings, form);
        exporter.thread = Thread.ofVirtual().name("traces").start(exporter::run);
        return exporter;
    }

    void offer(Span span) {
        if (closed || !waiting.offer(span)) {
            dropped.increment();
        }
    }

    long dropped() {
        return dropped.sum();
    }

    long told() {
        return told.sum();
    }

    private void run() {
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            List<Span> batch = new ArrayList<>(AT_ONCE);
            while (!closed || !waiting.isEmpty()) {
                gather(batch);
                if (!batch.isEmpty()) {
                    tell(client, batch);
                    batch.clear();
                }
            }
            client.shutdownNow();
        } catch (InterruptedException e) {
            // It has been closed, and has had its time.
            dropped.add(waiting.size());
        }
    }

    /** All that come within a while of the first, as far as they fit. */
    private void gather(List<Span> batch) throws InterruptedException {
        Span first = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        batch.add(first);
        long end = System.nanoTime() + PAUSE.toNanos();
        long left = PAUSE.toNanos();
        while (batch.size() < AT_ONCE && left > 0 && !closed) {
            Span next = waiting.poll(left, TimeUnit.NANOSECONDS);
            if (next != null) {
                batch.add(next);
            }
            left = end - System.nanoTime();
        }
        waiting.drainTo(batch, AT_ONCE - batch.size());
    }

    private void tell(HttpClient client, List<Span> batch) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.traces())
                .timeout(PATIENCE)
                .setHeader("User-Agent", "tidings")
                .setHeader("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.write(batch)));
        settings.headers().forEach(request::setHeader);
        try {
            int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status / 100 == 2) {
                told.add(batch.size());
                troubled = false;
            } else {
                failed(batch, "it answered with status " + status);
            }
        } catch (IOException e) {
            failed(batch, e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        }
    }

    private void failed(List<Span> batch, String why) {
        dropped.add(batch.size());
        if (!troubled) {
            troubled = true;
            LOG.warnf("traces are not told to %s: %s", settings.traces(), why);
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(Duration.ofMillis(LAST_MS))) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            running.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
