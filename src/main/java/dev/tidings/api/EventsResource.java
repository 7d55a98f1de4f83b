package dev.tidings.api;

import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Glob;
import dev.tidings.event.Invalid;
import dev.tidings.event.Position;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.log.Since;
import dev.tidings.log.Slice;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.EventFrames;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Publishing to a channel, and reading what it retains. */
@Path("/api/v1/channels/{channel:.+}/events")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Events", description = "Publishing events and reading history")
public class EventsResource {
    private final Intake intake;
    private final EventLog log;
    private final Clock clock;
    private final long maxBytes;

    EventsResource(Intake intake, EventLog log, Clock clock, LimitsConfig limits) {
        this.intake = intake;
        this.log = log;
        this.clock = clock;
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "publish",
            summary = "Publish an event",
            description = "Stores the event and gives it its place. Publishing state.changed with a patch, or"
                    + " state.deleted, writes the channel's state. Needs publish.")
    @RequestBody(
            description = "The event",
            required = true,
            content = @Content(schema = @Schema(implementation = Answers.NewEvent.class)))
    @APIResponse(
            responseCode = "201",
            description = "Stored",
            content = @Content(schema = @Schema(implementation = Answers.Published.class)))
    @APIResponse(
            responseCode = "200",
            description = "Stored before under the same event_id: the first answer again",
            content = @Content(schema = @Schema(implementation = Answers.Published.class)))
    public CompletionStage<Response> publish(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            byte[] body,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.PUBLISH, channel);
        if (body.length > maxBytes) {
            throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, "an event has at most " + maxBytes + " bytes");
        }
        EventBody event = EventBody.read(body);
        Submission submission =
                new Submission.Publish(key, event.requireEvent(), event.eventId(), event.payload(), event.cause());
        return intake.submit(submission).thenApply(outcome -> answer(outcome, event));
    }

    private Response answer(Outcome outcome, EventBody event) {
        return switch (outcome) {
            case Outcome.Published(Appended.Stored stored) -> stored(stored.duplicate() ? 200 : 201, stored);
            case Outcome.Changed(Appended.Stored stored, var patch, var previous) -> stored(201, stored);
            case Outcome.Unchanged(var head) ->
                Response.ok(new Answers.Published(
                                head.newest().offset(), head.newest().epoch(), event.eventId(), clock.millis()))
                        .build();
            case Outcome.Conflict conflict ->
                throw new Refused(ErrorCode.CONFLICT, "another was writing the same state");
            case Outcome.TooLarge(String reason) -> throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Unavailable(String reason) -> throw new Refused(ErrorCode.UNAVAILABLE, reason);
        };
    }

    private static Response stored(int status, Appended.Stored stored) {
        Position position = stored.position();
        return Response.status(status)
                .entity(new Answers.Published(position.offset(), position.epoch(), stored.id(), stored.timestamp()))
                .build();
    }

    @GET
    @Operation(
            operationId = "history",
            summary = "Read a channel's history",
            description = "Answers what the channel retains of what was asked for. Needs history.")
    @APIResponse(
            responseCode = "200",
            description = "The events",
            content = @Content(schema = @Schema(implementation = Answers.History.class)))
    public CompletionStage<Answers.History> history(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Parameter(description = "Only events after this offset; needs epoch", example = "17")
                    @QueryParam("since_offset")
                    @Nullable
                    String sinceOffset,
            @Parameter(description = "The numbering that since_offset belongs to", example = "k3x9-2")
                    @QueryParam("epoch")
                    @Nullable
                    String epoch,
            @Parameter(description = "Only events of this moment or later, in ms since the Unix epoch", example = "0")
                    @QueryParam("since_timestamp")
                    @Nullable
                    String sinceTimestamp,
            @Parameter(description = "At most so many, 1 to 10000; all that is retained unless set", example = "50")
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(description = "Newest first; the limit then keeps the newest", example = "true")
                    @QueryParam("reverse")
                    @Nullable
                    String reverse,
            @Parameter(description = "Only events whose type matches this glob; may be repeated", example = "agent.*")
                    @QueryParam("event")
                    List<String> types,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.HISTORY, channel);
        Range range = new Range(
                since(sinceOffset, epoch, sinceTimestamp),
                Range.Before.END,
                types.stream().map(Glob::new).toList(),
                (int) Calls.number(limit, "limit", 1, Range.MAX_LIMIT, Range.MAX_LIMIT),
                Calls.flag(reverse, "reverse"));
        return log.read(key, range).thenApply(slice -> answer(range, slice));
    }

    private static Since.InChannel since(@Nullable String offset, @Nullable String epoch, @Nullable String timestamp) {
        if (offset != null) {
            if (epoch == null || epoch.isEmpty()) {
                throw new Invalid(Invalid.What.MESSAGE, "since_offset needs epoch, for an offset belongs to one");
            }
            return new Since.After(new Position(epoch, Calls.number(offset, "since_offset", 0, Long.MAX_VALUE, 0)));
        }
        return timestamp == null
                ? new Since.Beginning()
                : new Since.AtTime(Calls.number(timestamp, "since_timestamp", 0, Long.MAX_VALUE, 0));
    }

    private static Answers.History answer(Range range, Slice slice) {
        String events = slice.events().stream().map(EventsResource::encoded).collect(Collectors.joining(",", "[", "]"));
        Position newest = slice.head().newest();
        boolean reaches = slice.reach() == Slice.Reach.WHOLE || range.since() instanceof Since.Beginning;
        return new Answers.History(events, newest.epoch(), newest.offset(), reaches && !slice.cut());
    }

    private static String encoded(Event event) {
        return new String(EventFrames.encode(event), StandardCharsets.UTF_8);
    }
}
