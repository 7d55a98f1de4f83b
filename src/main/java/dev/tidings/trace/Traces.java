package dev.tidings.trace;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Notes what happens to events that are traced. Safe on any thread; never waits. */
public final class Traces implements AutoCloseable {
    private final Exporter exporter;
    private final double ratio;
    private final Clock clock;
    private final AtomicLong numbers;

    private Traces(Exporter exporter, double ratio, Clock clock, long first) {
        this.exporter = exporter;
        this.ratio = ratio;
        this.clock = clock;
        this.numbers = new AtomicLong(first);
    }

    /** @param instance which of several this is: a text that no other has */
    public static Traces start(TracingSettings settings, String instance, Clock clock) {
        // Numbers of spans are this instance's own.
        long first = (long) instance.hashCode() << 32;
        return new Traces(Exporter.start(settings, new OtlpJson(instance)), settings.ratio(), clock, first);
    }

    /**
     * An event was published.
     *
     * @param offset its place
     * @param nanos how long that took
     */
    public void published(ChannelKey key, String type, String id, @Nullable String cause, long offset, long nanos) {
        EventTrace trace = EventTrace.of(key, id, cause, ratio);
        if (trace != null) {
            long end = TimeUnit.MILLISECONDS.toNanos(clock.millis());
            exporter.offer(new Span(
                    Span.Kind.PUBLISH,
                    trace,
                    trace.publish(),
                    trace.caller(),
                    key,
                    type,
                    id,
                    offset,
                    0,
                    end - nanos,
                    end));
        }
    }

    /**
     * An event was handed to connections.
     *
     * @param connections how many
     */
    public void delivered(Event event, int connections) {
        EventTrace trace = EventTrace.of(event.key(), event.id(), event.cause(), ratio);
        if (trace != null) {
            long accepted = TimeUnit.MILLISECONDS.toNanos(event.timestamp());
            exporter.offer(new Span(
                    Span.Kind.DELIVER,
                    trace,
                    trace.span(numbers.incrementAndGet()),
                    trace.publish(),
                    event.key(),
                    event.type(),
                    event.id(),
                    event.offset(),
                    connections,
                    accepted,
                    Math.max(accepted, TimeUnit.MILLISECONDS.toNanos(clock.millis()))));
        }
    }

    /** How many spans were thrown away because they could not be told. */
    public long dropped() {
        return exporter.dropped();
    }

    /** How many were told. */
    public long told() {
        return exporter.told();
    }

    /** Tells what is left, for some seconds. */
    @Override
    public void close() {
        exporter.close();
    }
}
