package dev.tidings.checker.load;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** What all clients of a round share: the HTTP client, and the end. */
public final class Client implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .executor(threads)
            .build();
    private final CountDownLatch ended = new CountDownLatch(1);

    HttpClient http() {
        return http;
    }

    /** Runs it until it returns. */
    void run(Runnable work) {
        var unused = threads.submit(work);
    }

    /** Waits so long, or until the round ends; true when it goes on. */
    boolean goOnAfter(long millis) {
        try {
            return !ended.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isOver() {
        return ended.getCount() == 0;
    }

    @Override
    public void close() {
        ended.countDown();
        http.shutdownNow();
        threads.shutdownNow();
    }
}
