package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.event.State;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes what a driver reports, each device's in its turn. */
final class DriverReports implements Reports {
    private static final Logger LOG = Logger.getLogger(DriverReports.class);
    private static final int MOST_LISTED = 1000;
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final String tenant;
    private final List<ChannelPattern> devices;
    private final @Nullable String type;
    private final EventLog log;
    private final Function<Submission, CompletionStage<Outcome>> intake;
    private final Turns turns;
    private final Silences silences;

    /** What has been said and waits for its turn. */
    private final Map<ChannelKey, ObjectNode> waiting = new ConcurrentHashMap<>();

    private volatile boolean saidRefused;

    DriverReports(
            String tenant,
            List<ChannelPattern> devices,
            @Nullable String type,
            String source,
            EventLog log,
            Function<Submission, CompletionStage<Outcome>> intake,
            Turns turns) {
        this.tenant = tenant;
        this.devices = devices;
        this.type = type;
        this.log = log;
        this.intake = intake;
        this.turns = turns;
        this.silences = new Silences(log, intake, source);
    }

    /** What a device says without the member that is not its to say. */
    static ObjectNode withoutType(ObjectNode report) {
        return report.has(DeviceType.MEMBER) ? report.deepCopy().without(DeviceType.MEMBER) : report;
    }

    @Override
    public void report(String device, ObjectNode patch) {
        ChannelKey key = keyOf(device);
        if (key == null) {
            return;
        }
        boolean[] first = {false};
        waiting.compute(key, (same, before) -> {
            first[0] = before == null;
            return before == null ? patch.deepCopy() : merge(before, patch);
        });
        if (first[0]) {
            turns.takeAlways(key, () -> {
                ObjectNode all = waiting.remove(key);
                return all == null
                        ? CompletableFuture.completedStage(null)
                        : write(key, all, new Precondition.None()).thenAccept(outcome -> {
                            if (outcome instanceof Outcome.Unavailable) {
                                // What a device says once it may never say again.
                                LATER.execute(() -> reportAgain(key, all));
                            }
                        });
            });
        }
    }

    /** What was said since counts more. */
    private void reportAgain(ChannelKey key, ObjectNode before) {
        ObjectNode since = waiting.get(key);
        report(key.channel().id(), since == null ? before : merge(before.deepCopy(), since));
    }

    @Override
    public CompletionStage<Void> look(
            String device, Function<@Nullable ObjectNode, CompletionStage<ObjectNode>> question) {
        ChannelKey key = keyOf(device);
        CompletableFuture<Void> over = new CompletableFuture<>();
        boolean begun = key != null
                && turns.takeNow(
                        key,
                        () -> lookNow(key, question).whenComplete((done, failure) -> {
                            if (failure != null) {
                                LOG.debugf(failure, "%s could not be looked at", key);
                            }
                            over.complete(null);
                        }));
        if (!begun) {
            over.complete(null);
        }
        return over;
    }

    private CompletionStage<Void> lookNow(
            ChannelKey key, Function<@Nullable ObjectNode, CompletionStage<ObjectNode>> question) {
        return log.read(key, Range.HEAD).thenCompose(slice -> {
            State state = slice.head().state();
            ObjectNode present = state != null && state.data().tree() instanceof ObjectNode object ? object : null;
            Precondition unchanged =
                    state == null ? new Precondition.Absent() : new Precondition.ChangedAt(state.position());
            return question.apply(present)
                    .toCompletableFuture()
                    .copy()
                    .orTimeout(1, TimeUnit.MINUTES)
                    .thenCompose(patch -> write(key, patch, unchanged))
                    .thenCompose(outcome -> silences.answered(key))
                    .exceptionallyCompose(failure -> {
                        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                        return cause instanceof NoAnswer silent && state != null
                                ? silences.silent(key, String.valueOf(silent.getMessage()))
                                : CompletableFuture.failedStage(failure);
                    });
        });
    }

    private CompletionStage<@Nullable Outcome> write(ChannelKey key, ObjectNode patch, Precondition precondition) {
        ObjectNode report = withoutType(patch);
        if (type != null) {
            report = report.deepCopy().put(DeviceType.MEMBER, type);
        }
        if (report.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return intake.apply(new Submission.Write(key, new Change.Patch(report), precondition, null, null))
                .thenApply(outcome -> {
                    note(key, outcome);
                    return outcome;
                });
    }

    /** What is refused once will be refused again and again: it is told once. */
    private void note(ChannelKey key, Outcome outcome) {
        String refusal = switch (outcome) {
            case Outcome.TooLarge(String reason) -> reason;
            case Outcome.Forbidden(String reason) -> reason;
            case Outcome.Inadmissible(String reason, String at) -> reason;
            case Outcome.Changed changed -> null;
            case Outcome.Unchanged unchanged -> null;
            case Outcome.Published published -> null;
            case Outcome.Conflict conflict -> null;
            case Outcome.Unavailable unavailable -> null;
        };
        if (refusal != null && !saidRefused) {
            saidRefused = true;
            LOG.warnf("what %s reports is not let in: %s", key, refusal);
        }
    }

    @Override
    public void askAnew() {
        silences.forget();
    }

    @Override
    public CompletionStage<List<String>> devices() {
        CompletionStage<List<String>> all = CompletableFuture.completedStage(new ArrayList<>());
        for (ChannelPattern pattern : devices) {
            all = all.thenCombine(ids(pattern), (before, more) -> {
                before.addAll(more);
                return before;
            });
        }
        return all;
    }

    private CompletionStage<List<String>> ids(ChannelPattern pattern) {
        if (pattern.isExact()) {
            return CompletableFuture.completedStage(List.of(new Channel(pattern.text()).id()));
        }
        return log.channels(tenant, pattern, "", MOST_LISTED)
                .thenApply(listings -> listings.stream()
                        .filter(listing -> listing.head().state() != null)
                        .map(listing -> listing.key().channel().id())
                        .toList());
    }

    private @Nullable ChannelKey keyOf(String device) {
        try {
            return Control.keyOf(tenant, device);
        } catch (Invalid invalid) {
            LOG.debugf("a report of a device that cannot be one: %s", invalid.getMessage());
            return null;
        }
    }

    /** Two merge patches as one: where nothing is known of the state between, what is to go has to be kept. */
    private static ObjectNode merge(ObjectNode first, ObjectNode second) {
        second.properties().forEach(member -> {
            JsonNode before = first.get(member.getKey());
            JsonNode after = member.getValue();
            first.set(
                    member.getKey(),
                    before instanceof ObjectNode one && after instanceof ObjectNode other ? merge(one, other) : after);
        });
        return first;
    }
}
