package dev.tidings.source.lease;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A lease kept in Redis, under the key {@code tidings:lease:<resource>}, whose value is the holder's token.
 *
 * <p>The holder renews it; when the holder dies, it runs out and whoever tries next has it. Each side measures with its own
 * monotonic clock, so clocks need not agree: the holder counts from before it asked, Redis from when it was asked, and so
 * the holder always believes the lease to end before it does.
 */
public final class RedisLease implements Lease {
    /**
     * How a lease is timed.
     *
     * @param lasts from one renewal, as Redis counts
     * @param renewEvery how often it is renewed, or tried for
     * @param margin how long before its end it no longer counts as held: the time that what was submitted may take to be
     *     stored
     */
    public record Timing(Duration lasts, Duration renewEvery, Duration margin) {
        /** Another instance has it at most 8 s after the holder died, and one lost renewal does no harm. */
        public static final Timing DEFAULT =
                new Timing(Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    private static final Logger LOG = Logger.getLogger(RedisLease.class);
    private static final String RENEWED = "1";
    private static final String TAKEN = "2";
    private static final String HOLD = script("hold.lua");
    private static final String RELEASE = script("release.lua");

    private final Redis redis;
    private final String key;
    private final Timing timing;
    private final String token = UUID.randomUUID().toString();
    private final Thread thread;

    /** Written by the lease's own thread, and by whoever closes it when that thread has ended. */
    private volatile @Nullable Tenure tenure;

    private long terms;

    /** @param until in terms of {@link System#nanoTime} */
    private record Tenure(long term, long until) {}

    private RedisLease(Redis redis, String resource, Timing timing) {
        this.redis = redis;
        this.key = "tidings:lease:" + resource;
        this.timing = timing;
        this.thread = Thread.ofVirtual().name("lease-" + resource).unstarted(this::run);
    }

    /**
     * Begins to try for a lease, and keeps trying until it is closed.
     *
     * @param resource what it is for, such as {@code poller:rates}
     */
    public static RedisLease open(Redis redis, String resource, Timing timing) {
        RedisLease lease = new RedisLease(redis, resource, timing);
        lease.thread.start();
        return lease;
    }

    @Override
    public long term() {
        Tenure current = tenure;
        return current != null && current.until() - System.nanoTime() > 0 ? current.term() : NOT_HELD;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(timing.renewEvery());
            tenure = null;
            ask(RELEASE, timing.renewEvery());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debugf(e, "lease %s could not be released; it runs out by itself", key);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long asked = System.nanoTime();
                tryToHold(asked);
                Duration spent = Duration.ofNanos(System.nanoTime() - asked);
                Thread.sleep(timing.renewEvery().minus(spent));
            }
        } catch (InterruptedException e) {
            LOG.debugf("lease %s is given up", key);
        }
    }

    private void tryToHold(long asked) throws InterruptedException {
        try {
            String answer = String.valueOf(ask(HOLD, timing.renewEvery()));
            if (answer.equals(RENEWED) || answer.equals(TAKEN)) {
                // Taken although it is held: Redis has lost its data, and another instance may have held it meanwhile.
                long term = answer.equals(TAKEN) || term() == NOT_HELD ? ++terms : terms;
                tenure = new Tenure(
                        term, asked + timing.lasts().minus(timing.margin()).toNanos());
            } else {
                tenure = null;
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Not renewed, whatever the client said. It is still this instance's until it runs out, and then tried for
            // again.
            LOG.debugf(e, "lease %s could not be renewed", key);
        }
    }

    private @Nullable Response ask(String script, Duration within)
            throws InterruptedException, ExecutionException, TimeoutException {
        Request request = Request.cmd(Command.EVAL)
                .arg(script)
                .arg(1)
                .arg(key)
                .arg(token)
                .arg(timing.lasts().toMillis());
        return redis.send(request)
                .toCompletionStage()
                .toCompletableFuture()
                .get(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String script(String name) {
        try (InputStream in = RedisLease.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing in the package: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
