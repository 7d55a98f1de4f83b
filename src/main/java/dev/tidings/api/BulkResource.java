package dev.tidings.api;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.Appended;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Publishing many events at once. */
@Path("/api/v1/events")
@NonBlocking
@Tag(name = "Events")
public class BulkResource {
    private final Intake intake;
    private final Clock clock;
    private final long maxBytes;

    BulkResource(Intake intake, Clock clock, LimitsConfig limits) {
        this.intake = intake;
        this.clock = clock;
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "publishMany",
            summary = "Publish many events",
            description =
                    "Stores them in their order and answers for each; one that fails does not stop the others. A body"
                            + " that is not an array of events stores none. Needs publish for each channel.")
    @RequestBody(
            description = "The events",
            required = true,
            content =
                    @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = Answers.NewChannelEvent.class)))
    @APIResponse(
            responseCode = "200",
            description = "A result for each, in order",
            content = @Content(schema = @Schema(implementation = Answers.Results.class)))
    public CompletionStage<Answers.Results> publish(byte[] body, @Context ContainerRequestContext request) {
        Caller caller = Authentication.caller(request);
        List<Object> items = new ArrayList<>();
        EventBody.readArray(body, event -> items.add(prepare(caller, event)));
        List<Submission> submissions = items.stream()
                .filter(Submission.class::isInstance)
                .map(Submission.class::cast)
                .toList();
        return intake.submit(submissions).thenApply(outcomes -> answer(items, outcomes));
    }

    /** A submission, or the refusal that the event deserves. */
    private Object prepare(Caller caller, EventBody event) {
        try {
            Channel channel = new Channel(event.requireChannel());
            Calls.require(caller, Verb.PUBLISH, ChannelPattern.exactly(channel));
            if (event.payload().size() > maxBytes) {
                return new Refusal(ErrorCode.MESSAGE_TOO_LARGE, "an event has at most " + maxBytes + " bytes");
            }
            return new Submission.Publish(
                    new ChannelKey(caller.tenant(), channel),
                    event.requireEvent(),
                    event.eventId(),
                    event.payload(),
                    event.cause());
        } catch (Invalid invalid) {
            return Refusal.of(invalid);
        } catch (Refused refused) {
            return refused.refusal();
        }
    }

    private Answers.Results answer(List<Object> items, List<Outcome> outcomes) {
        List<Answers.Result> results = new ArrayList<>(items.size());
        int next = 0;
        for (Object item : items) {
            results.add(item instanceof Refusal refusal ? failed(refusal) : result(outcomes.get(next++)));
        }
        return new Answers.Results(results);
    }

    private Answers.Result result(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Published(Appended.Stored stored) -> stored(stored);
            case Outcome.Changed(Appended.Stored stored, var patch, var previous) -> stored(stored);
            case Outcome.Unchanged(var head) ->
                new Answers.Result(head.newest().offset(), head.newest().epoch(), null, clock.millis(), null);
            case Outcome.Conflict conflict ->
                failed(new Refusal(ErrorCode.CONFLICT, "another was writing the same state"));
            case Outcome.TooLarge(String reason) -> failed(new Refusal(ErrorCode.MESSAGE_TOO_LARGE, reason));
            case Outcome.Unavailable(String reason) -> failed(new Refusal(ErrorCode.UNAVAILABLE, reason));
        };
    }

    private static Answers.Result stored(Appended.Stored stored) {
        return new Answers.Result(
                stored.position().offset(), stored.position().epoch(), stored.id(), stored.timestamp(), null);
    }

    private static Answers.Result failed(Refusal refusal) {
        return new Answers.Result(
                null, null, null, null, new Answers.Failure(refusal.code().text(), refusal.message()));
    }
}
