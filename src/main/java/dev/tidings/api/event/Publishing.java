package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Revocations;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.Appended;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import dev.tidings.trace.TraceParent;
import dev.tidings.trace.TracingConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Publishes many events, of which each may fail without the others. */
@ApplicationScoped
public class Publishing {
    /** What the header {@code traceparent} does, for the description of the API. */
    static final String TRACE =
            "The caller's place in a trace (W3C Trace Context). Where events are traced it becomes the cause of"
                    + " events that have none, and the trace goes on with them; what is no traceparent is passed over";

    static final String EXAMPLE_OF_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Intake intake;
    private final Revocations revocations;
    private final Clock clock;
    private final int maxBytes;
    private final boolean traced;

    Publishing(Intake intake, Revocations revocations, Clock clock, LimitsConfig limits, TracingConfig tracing) {
        this.intake = intake;
        this.revocations = revocations;
        this.clock = clock;
        this.traced = tracing.endpoint().isPresent();
        this.maxBytes = Math.toIntExact(limits.messageSize().asLongValue());
    }

    /** One of many, read: it can be submitted, or deserves a refusal. */
    sealed interface Item {
        /** @param submission what is to be stored */
        record Ready(Submission.Publish submission) implements Item {}

        /** @param line of a stream; null elsewhere */
        record Bad(Refusal refusal, @Nullable Long line) implements Item {}
    }

    /** The trace that a call belongs to, where events are traced; else null. */
    @Nullable
    String traceOf(Call call) {
        String parent = traced ? call.header("traceparent") : null;
        return TraceParent.parse(parent) == null ? null : parent;
    }

    /**
     * What a call is answered that publishes one event.
     *
     * @param status of HTTP: 201 when the event is new, else 200
     */
    record Answer(int status, Published published) {
        RestResponse<Published> response() {
            return RestResponse.ResponseBuilder.create(RestResponse.Status.fromStatusCode(status), published)
                    .build();
        }
    }

    /**
     * Publishes the event that is a call's body.
     *
     * @param form reads it
     * @throws Refused when the caller may not publish there, or the body is of another type
     */
    CompletionStage<Answer> publish(Call call, String channel, Function<byte[], EventBody> form) {
        ChannelKey key = call.permitted(Verb.PUBLISH, channel);
        return call.body(maxBytes, MediaTypes.JSON).thenCompose(body -> {
            Submission.Publish submission = submission(key, form.apply(body).causedBy(traceOf(call)), call.caller());
            return intake.submit(submission)
                    .thenApply(outcome -> new Answer(status(outcome), published(submission, outcome)));
        });
    }

    private static int status(Outcome outcome) {
        boolean isNew = outcome instanceof Outcome.Changed
                || (outcome instanceof Outcome.Published(Appended.Stored stored) && !stored.duplicate());
        return isNew ? 201 : 200;
    }

    /** How long one event may be, as it is sent. */
    int maxBytes() {
        return maxBytes;
    }

    /**
     * Reads one of many.
     *
     * @param line where it stands in a stream; null elsewhere
     * @param form reads it
     */
    Item read(Caller caller, byte[] bytes, @Nullable Long line, Function<byte[], EventBody> form) {
        try {
            if (bytes.length > maxBytes) {
                return tooLarge(line);
            }
            if (caller.expiresAt() <= clock.millis()) {
                return new Item.Bad(new Refusal(ErrorCode.UNAUTHENTICATED, "the token has expired"), line);
            }
            if (revocations.refuse(caller)) {
                return new Item.Bad(new Refusal(ErrorCode.UNAUTHENTICATED, "the token has been revoked"), line);
            }
            EventBody event = form.apply(bytes);
            Channel channel = new Channel(event.requireChannel());
            Call.require(caller, Verb.PUBLISH, channel);
            return new Item.Ready(submission(new ChannelKey(caller.tenant(), channel), event, caller));
        } catch (Invalid invalid) {
            return new Item.Bad(Refusal.of(invalid), line);
        } catch (Refused refused) {
            return new Item.Bad(refused.refusal(), line);
        }
    }

    Item tooLarge(@Nullable Long line) {
        return new Item.Bad(
                new Refusal(ErrorCode.MESSAGE_TOO_LARGE, "an event has at most " + maxBytes + " bytes"), line);
    }

    static Submission.Publish submission(ChannelKey key, EventBody event, Caller caller) {
        return new Submission.Publish(
                key, event.requireEvent(), event.eventId(), event.payload(), event.cause(), caller.subject());
    }

    /** Stores what can be stored, and answers for each, in order. */
    CompletionStage<List<Result>> publish(List<Item> items) {
        List<Submission.Publish> submissions = items.stream()
                .filter(Item.Ready.class::isInstance)
                .map(item -> ((Item.Ready) item).submission())
                .toList();
        return intake.submit(submissions).thenApply(outcomes -> results(items, outcomes));
    }

    private List<Result> results(List<Item> items, List<Outcome> outcomes) {
        List<Result> results = new ArrayList<>(items.size());
        int next = 0;
        for (Item item : items) {
            results.add(
                    switch (item) {
                        case Item.Bad(Refusal refusal, Long line) -> Result.of(refusal, line);
                        case Item.Ready(Submission.Publish submission) -> result(submission, outcomes.get(next++));
                    });
        }
        return results;
    }

    private Result result(Submission.Publish submission, Outcome outcome) {
        try {
            return Result.of(published(submission, outcome));
        } catch (Refused refused) {
            return Result.of(refused.refusal(), null);
        }
    }

    /**
     * Where an event was stored.
     *
     * @throws Refused when it was not
     */
    Published published(Submission.Publish submission, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Published(Appended.Stored stored) -> Published.at(stored);
            case Outcome.Changed(Appended.Stored stored, Json patch, Json previous) -> Published.at(stored);
            case Outcome.Unchanged(var head) ->
                new Published(head.newest().offset(), head.newest().epoch(), submission.eventId(), clock.millis());
            case Outcome.Conflict conflict -> throw new IllegalStateException("publishing has no precondition");
            case Outcome.TooLarge(String reason) -> throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Forbidden(String reason) -> throw new Refused(ErrorCode.FORBIDDEN, reason);
            case Outcome.Inadmissible(String reason, String at) -> throw new Refused(Refusal.inadmissible(reason, at));
            case Outcome.Unavailable(String reason) -> throw new Refused(ErrorCode.UNAVAILABLE, reason);
        };
    }
}
