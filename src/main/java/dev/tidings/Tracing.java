package dev.tidings;

import dev.tidings.event.Event;
import dev.tidings.hub.HubObserver;
import dev.tidings.intake.IntakeObserver;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.log.Appended;
import dev.tidings.trace.Traces;
import dev.tidings.trace.TracingConfig;
import dev.tidings.trace.TracingSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Traces events where that is configured; else costs one look at a field for each that is published, and nothing where one is delivered. */
@Singleton
class Tracing implements IntakeObserver {
    private final @Nullable Traces traces;

    Tracing(TracingConfig config, MeterRegistry meters, Clock clock) {
        this.traces = TracingSettings.read(config)
                .map(settings -> Traces.start(settings, UUID.randomUUID().toString(), clock))
                .orElse(null);
        if (traces != null) {
            FunctionCounter.builder("tidings.traces", traces, Traces::told)
                    .description("Spans, by whether the collector took them")
                    .tag("outcome", "told")
                    .register(meters);
            FunctionCounter.builder("tidings.traces", traces, Traces::dropped)
                    .description("Spans, by whether the collector took them")
                    .tag("outcome", "dropped")
                    .register(meters);
        }
    }

    @Override
    public void settled(Submission submission, CompletableFuture<Outcome> outcome, long nanos) {
        if (traces != null && outcome.state() == CompletableFuture.State.SUCCESS) {
            switch (outcome.resultNow()) {
                case Outcome.Published(Appended.Stored stored)
                when !stored.duplicate() -> published(traces, submission, stored, nanos);
                case Outcome.Changed(Appended.Stored stored, var patch, var previous)
                when !stored.duplicate() -> published(traces, submission, stored, nanos);
                default -> {
                    // There is no event.
                }
            }
        }
    }

    private static void published(Traces traces, Submission submission, Appended.Stored stored, long nanos) {
        switch (submission) {
            case Submission.Publish publish ->
                traces.published(
                        publish.key(),
                        publish.type(),
                        stored.id(),
                        publish.cause(),
                        stored.position().offset(),
                        nanos);
            case Submission.Write write ->
                traces.published(
                        write.key(),
                        write.change() instanceof Submission.Change.Delete ? Event.STATE_DELETED : Event.STATE_CHANGED,
                        stored.id(),
                        write.cause(),
                        stored.position().offset(),
                        nanos);
        }
    }

    /** The observer itself, or one that also traces. */
    HubObserver beside(HubObserver observer) {
        Traces told = traces;
        return told == null ? observer : new TracedHub(observer, told);
    }

    @PreDestroy
    void close() {
        if (traces != null) {
            traces.close();
        }
    }

    private record TracedHub(HubObserver observer, Traces traces) implements HubObserver {
        @Override
        public void delivered(Event event, int connections) {
            observer.delivered(event, connections);
            traces.delivered(event, connections);
        }

        @Override
        public void fellBehind() {
            observer.fellBehind();
        }

        @Override
        public void failed(RuntimeException fault) {
            observer.failed(fault);
        }

        @Override
        public void replayed(Recovery recovery, int events) {
            observer.replayed(recovery, events);
        }
    }
}
