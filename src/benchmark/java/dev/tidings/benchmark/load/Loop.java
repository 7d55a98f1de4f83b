package dev.tidings.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The one thread's selector, clock and read buffer. */
final class Loop {
    /** Below this a selector's timeout is too coarse, and the thread looks again at once. */
    private static final long SPIN_MICROS = 1_500;

    /** Holds what was read; a frame must fit. */
    final byte[] buffer = new byte[1 << 18];

    private final Selector selector;
    private final long origin = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);
    private final List<Link> dirty = new ArrayList<>();

    Loop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Selector selector() {
        return selector;
    }

    /** Microseconds since some moment before the start. */
    long micros() {
        return (System.nanoTime() - origin) / 1_000;
    }

    /** This link has something to send, which is sent at the end of the turn. */
    void flushLater(Link link) {
        dirty.add(link);
    }

    /** Sends and receives what can be; waits no longer than until then. */
    void turn(long untilMicros) {
        try {
            flush();
            long wait = untilMicros - micros();
            if (wait > SPIN_MICROS) {
                selector.select(Loop::ready, (wait - SPIN_MICROS) / 1_000 + 1);
            } else {
                selector.selectNow(Loop::ready);
            }
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
    }

    private static void ready(SelectionKey key) {
        ((Link) key.attachment()).ready(key);
    }
}
