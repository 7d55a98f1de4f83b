package dev.tidings.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Event;
import dev.tidings.log.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Takes what is to become an event, from whatever source, and answers what became of it. Bounded: when more than
 * 50 000 submissions wait for a shard, or one has waited two seconds, it is answered as unavailable.
 */
@ApplicationScoped
public class Intake {
    /** How many of one call may wait at a time. */
    private static final int AT_ONCE = 2_000;

    private static final int CAPACITY = 50_000;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private final EventLog log;
    private final NamespaceRules rules;
    private final List<Pump> pumps;
    private final List<ShardWriter> writers;
    private final Timer latency;
    private final IntakeObserver observer;

    /** @param emitter the channel's near end; unbounded, for this class bounds what goes through it */
    Intake(
            EventLog log,
            Clock clock,
            IntakeSettings settings,
            MeterRegistry meters,
            IntakeObserver observer,
            @Channel("intake") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<Batch> emitter) {
        this.log = log;
        this.observer = observer;
        this.rules = settings.rules();
        Drafting drafting = new Drafting(clock, settings);
        this.pumps = IntStream.range(0, log.shards())
                .mapToObj(shard -> new Pump(shard, CAPACITY, batch -> send(emitter, batch)))
                .toList();
        this.writers = Stream.generate(() -> new ShardWriter(log, drafting))
                .limit(log.shards())
                .toList();
        this.latency = Timer.builder("tidings.publish")
                .description("From submission to the log's acknowledgement")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(5))
                .register(meters);
    }

    /** Submits one thing. The stage completes, never exceptionally, on a thread of the log's choosing. */
    public CompletionStage<Outcome> submit(Submission submission) {
        int shard = log.shardOf(submission.key());
        CompletionStage<Outcome> outcome = enqueue(shard, submission);
        pumps.get(shard).run();
        return outcome;
    }

    /**
     * Submits many things, which costs far fewer round trips to the log than one for each. The outcomes are in the order of
     * the submissions. Only so many of them wait at a time: others have their turn in between.
     */
    public CompletionStage<List<Outcome>> submit(List<? extends Submission> submissions) {
        if (submissions.size() <= AT_ONCE) {
            return submitTogether(submissions);
        }
        return submitTogether(submissions.subList(0, AT_ONCE))
                .thenCompose(first -> submit(submissions.subList(AT_ONCE, submissions.size()))
                        .thenApply(rest -> {
                            List<Outcome> all = new ArrayList<>(first);
                            all.addAll(rest);
                            return all;
                        }));
    }

    private CompletionStage<List<Outcome>> submitTogether(List<? extends Submission> submissions) {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            outcomes.add(enqueue(log.shardOf(submission.key()), submission));
        }
        pumps.forEach(Pump::run);
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all ->
                        outcomes.stream().map(CompletableFuture::resultNow).toList());
    }

    /** How many submissions wait to be written. */
    public int backlog() {
        return pumps.stream().mapToInt(Pump::waiting).sum();
    }

    private CompletableFuture<Outcome> enqueue(int shard, Submission submission) {
        Pending pending = new Pending(asStateWrite(submission), System.nanoTime(), new CompletableFuture<>());
        Outcome refusal = rules.refusal(pending.submission());
        if (refusal != null) {
            pending.settle(refusal);
            return pending.outcome();
        }
        if (!pumps.get(shard).offer(pending)) {
            pending.settle(new Outcome.Unavailable("too much is waiting to be written"));
        }
        return pending.outcome();
    }

    private static void send(Emitter<Batch> emitter, Batch batch) {
        try {
            var unused = emitter.send(batch);
        } catch (RuntimeException e) {
            // The channel is closed: the service is going down.
            Outcome unavailable = new Outcome.Unavailable("the service is shutting down");
            batch.items().forEach(pending -> pending.settle(unavailable));
            batch.done().complete(null);
        }
    }

    /** The far end of the channel. Returns at once; the batch is done when its future says so. */
    @Incoming("intake")
    void receive(Batch batch) {
        long now = System.nanoTime();
        List<Pending> inTime = new ArrayList<>(batch.items().size());
        for (Pending pending : batch.items()) {
            if (now - pending.submittedNanos() > PATIENCE_NANOS) {
                pending.settle(new Outcome.Unavailable("the log did not answer in time"));
            } else {
                inTime.add(pending);
            }
        }
        var unused = writers.get(batch.shard()).write(inTime).whenComplete((done, failure) -> {
            recordLatency(inTime);
            batch.done().complete(null);
        });
    }

    private void recordLatency(List<Pending> settled) {
        long now = System.nanoTime();
        for (Pending pending : settled) {
            long nanos = now - pending.submittedNanos();
            latency.record(nanos, TimeUnit.NANOSECONDS);
            observer.settled(pending.submission(), pending.outcome(), nanos);
        }
    }

    /**
     * A publisher may write state by the event that such a write makes: {@code state.changed} with a {@code patch}, or
     * {@code state.deleted}. So a bridge that only knows events can feed states.
     */
    private static Submission asStateWrite(Submission submission) {
        if (!(submission instanceof Submission.Publish publish)) {
            return submission;
        }
        return switch (publish.type()) {
            case Event.STATE_DELETED -> write(publish, new Submission.Change.Delete());
            case Event.STATE_CHANGED -> {
                JsonNode patch = publish.patch();
                yield patch == null ? publish : write(publish, new Submission.Change.Patch(patch));
            }
            default -> publish;
        };
    }

    private static Submission.Write write(Submission.Publish publish, Submission.Change change) {
        return new Submission.Write(
                publish.key(),
                change,
                new Submission.Precondition.None(),
                publish.eventId(),
                publish.cause(),
                publish.publisher());
    }
}
