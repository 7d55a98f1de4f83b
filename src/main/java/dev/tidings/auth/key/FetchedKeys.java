package dev.tidings.auth.key;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keys behind a URL. A virtual thread reads them now and then, and out of turn when a token names one that is not among
 * them, but not more often than a pause allows: whoever sends tokens with made-up key ids does not make it hammer the
 * issuer. While they cannot be read the last ones hold.
 */
final class FetchedKeys implements Keys, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FetchedKeys.class);

    private final Source source;
    private final SignatureAlgorithm algorithm;
    private final Duration interval;
    private final Duration pause;
    private final Semaphore wanted = new Semaphore(0);
    private final CountDownLatch tried = new CountDownLatch(1);
    private final Thread reader;
    private volatile @Nullable KeySet keys;

    /** Where the text of the keys comes from; may wait. */
    interface Source {
        String read() throws IOException;
    }

    /**
     * @param interval how long keys are good without being read again
     * @param pause how long to let the issuer alone between two readings, also after one that failed
     */
    FetchedKeys(Source source, SignatureAlgorithm algorithm, Duration interval, Duration pause) {
        this.source = source;
        this.algorithm = algorithm;
        this.interval = interval;
        this.pause = pause;
        this.reader = Thread.ofVirtual().name("key set").unstarted(this::run);
    }

    /** Begins to read, and waits for the end of the first attempt, though not for ever. */
    void start(Duration patience) {
        reader.start();
        try {
            if (!tried.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the keys that tokens are verified with are not there yet; tokens are refused until they are");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public @Nullable Key find(@Nullable String id) {
        KeySet known = keys;
        Key found = known == null ? null : known.find(id);
        if (found == null && wanted.availablePermits() == 0) {
            wanted.release();
        }
        return found;
    }

    private void run() {
        try {
            while (true) {
                boolean read = read();
                tried.countDown();
                Thread.sleep(pause);
                if (read) {
                    wanted.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
                    wanted.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private boolean read() {
        try {
            keys = KeySet.parse(source.read(), algorithm);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("the keys that tokens are verified with could not be read: " + e.getMessage()
                    + (keys == null ? "; tokens are refused until they can" : "; the last ones still hold"));
            return false;
        }
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
