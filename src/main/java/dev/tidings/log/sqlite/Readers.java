package dev.tidings.log.sqlite;

import dev.tidings.log.LogUnavailable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the file, some reads at a time. One that waits longer than the timeout, or finds too many before it, is refused.
 */
final class Readers implements AutoCloseable {
    /** How many reads may wait. */
    private static final int CAPACITY = 10_000;

    private final BlockingQueue<Database> idle;
    private final ThreadPoolExecutor threads;
    private final Duration timeout;

    /** Reads what it wants of the file as it is at one moment. */
    interface Read<T> {
        T from(Database database) throws SQLException;
    }

    /** @param databases the connections to use, as many as there will be threads */
    Readers(List<Database> databases, Duration timeout) {
        this.idle = new ArrayBlockingQueue<>(databases.size(), false, databases);
        this.timeout = timeout;
        this.threads = new ThreadPoolExecutor(
                databases.size(),
                databases.size(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(CAPACITY),
                Thread.ofPlatform().daemon().name("tidings-log-reader-", 1).factory());
    }

    <T> CompletionStage<T> read(Read<T> read) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> run(read, answer));
        } catch (RejectedExecutionException e) {
            String why = threads.isShutdown() ? "the log is closed" : "too many wait to read the log";
            return CompletableFuture.failedStage(new LogUnavailable(why));
        }
        return inTime(answer, timeout);
    }

    /** Fails when it takes longer than the timeout. */
    static <T> CompletionStage<T> inTime(CompletableFuture<T> answer, Duration timeout) {
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        failure instanceof TimeoutException
                                ? new LogUnavailable("the disk that the log is on does not keep up")
                                : failure));
    }

    private <T> void run(Read<T> read, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
        Database database = idle.remove();
        T result;
        try {
            database.begin();
            result = read.from(database);
            database.commit();
        } catch (SQLException e) {
            database.rollback();
            answer.completeExceptionally(Database.unavailable(e));
            return;
        } catch (RuntimeException e) {
            database.rollback();
            answer.completeExceptionally(e);
            return;
        } finally {
            idle.add(database);
        }
        answer.complete(result);
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        idle.forEach(Database::close);
    }
}
