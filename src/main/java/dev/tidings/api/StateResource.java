package dev.tidings.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.Position;
import dev.tidings.event.State;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.Appended;
import dev.tidings.log.EventLog;
import dev.tidings.log.Head;
import dev.tidings.log.Range;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** A channel's retained state. */
@Path("/api/v1/channels/{channel:.+}/state")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "State", description = "What channels retain")
public class StateResource {
    private static final String IF_MATCH =
            "Only if the state changed last there: an ETag as GET and writes answer it, or *";
    private static final String CHANNEL = "The channel";

    private final Intake intake;
    private final EventLog log;
    private final long maxBytes;

    StateResource(Intake intake, EventLog log, LimitsConfig limits) {
        this.intake = intake;
        this.log = log;
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @GET
    @Operation(
            operationId = "readState",
            summary = "Read a channel's state",
            description = "Answers the bare document; its ETag is the place of its last change. Needs subscribe.")
    @APIResponse(
            responseCode = "200",
            description = "The state",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT, description = "The document")))
    @APIResponse(responseCode = "304", description = "It is still the one with the ETag in If-None-Match")
    @APIResponse(responseCode = "404", description = "The channel retains no state")
    public CompletionStage<Response> read(
            @Parameter(description = CHANNEL, example = "device:lamp") @PathParam("channel") String channel,
            @Parameter(description = "ETags that the caller has already", example = "\"k3x9-2:18\"")
                    @HeaderParam("If-None-Match")
                    @Nullable
                    String ifNoneMatch,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.SUBSCRIBE, channel);
        return log.read(key, Range.HEAD).thenApply(slice -> {
            State state = slice.head().state();
            if (state == null) {
                throw new Refused(ErrorCode.NOT_FOUND, "the channel retains no state");
            }
            ETag tag = ETag.of(state.position());
            return ETag.matchesAny(ifNoneMatch, tag)
                    ? Response.notModified().header("ETag", tag.text()).build()
                    : Response.ok(state.data().utf8())
                            .header("ETag", tag.text())
                            .header("Cache-Control", "no-cache")
                            .build();
        });
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "replaceState",
            summary = "Replace a channel's state",
            description =
                    "Makes an event state.changed, or none when the state was so already. Members that are null count"
                            + " as absent. Needs publish.")
    @RequestBody(
            description = "The whole state",
            required = true,
            content = @Content(schema = @Schema(type = SchemaType.OBJECT, examples = "{\"on\": true, \"level\": 70}")))
    @APIResponse(
            responseCode = "200",
            description = "What changed",
            content = @Content(schema = @Schema(implementation = Answers.StateChange.class)))
    @APIResponse(responseCode = "412", description = "The precondition does not hold")
    public CompletionStage<Response> replace(
            @Parameter(description = CHANNEL, example = "device:lamp") @PathParam("channel") String channel,
            @Parameter(description = IF_MATCH) @HeaderParam("If-Match") @Nullable String ifMatch,
            @Parameter(description = "* writes only where there is no state yet", example = "*")
                    @HeaderParam("If-None-Match")
                    @Nullable
                    String ifNoneMatch,
            byte[] body,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.PUBLISH, channel);
        return write(key, new Change.Put(document(body)), precondition(ifMatch, ifNoneMatch));
    }

    @PATCH
    @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
    @Operation(
            operationId = "patchState",
            summary = "Change a channel's state",
            description = "Merges the body into the state (RFC 7396); makes an event state.changed, or none when that"
                    + " changes nothing. Needs publish.")
    @RequestBody(
            description = "The members that change; null removes one",
            required = true,
            content = @Content(schema = @Schema(type = SchemaType.OBJECT, examples = "{\"level\": 30}")))
    @APIResponse(
            responseCode = "200",
            description = "What changed",
            content = @Content(schema = @Schema(implementation = Answers.StateChange.class)))
    @APIResponse(responseCode = "412", description = "The precondition does not hold")
    public CompletionStage<Response> patch(
            @Parameter(description = CHANNEL, example = "device:lamp") @PathParam("channel") String channel,
            @Parameter(description = IF_MATCH) @HeaderParam("If-Match") @Nullable String ifMatch,
            byte[] body,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.PUBLISH, channel);
        return write(key, new Change.Patch(document(body)), precondition(ifMatch, null));
    }

    @DELETE
    @Operation(
            operationId = "deleteState",
            summary = "Delete a channel's state",
            description = "Makes an event state.deleted, or none when there is no state. Needs publish.")
    @APIResponse(
            responseCode = "200",
            description = "What changed",
            content = @Content(schema = @Schema(implementation = Answers.StateChange.class)))
    @APIResponse(responseCode = "412", description = "The precondition does not hold")
    public CompletionStage<Response> delete(
            @Parameter(description = CHANNEL, example = "device:lamp") @PathParam("channel") String channel,
            @Parameter(description = IF_MATCH) @HeaderParam("If-Match") @Nullable String ifMatch,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.PUBLISH, channel);
        return write(key, new Change.Delete(), precondition(ifMatch, null));
    }

    private JsonNode document(byte[] body) {
        if (body.length > maxBytes) {
            throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, "a state has at most " + maxBytes + " bytes");
        }
        return Json.parse(body).tree();
    }

    private static Precondition precondition(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null) {
            return ETag.precondition(ifMatch);
        }
        return ifNoneMatch == null ? new Precondition.None() : ETag.absence(ifNoneMatch);
    }

    private CompletionStage<Response> write(ChannelKey key, Change change, Precondition precondition) {
        return intake.submit(new Submission.Write(key, change, precondition, null, null))
                .thenApply(StateResource::answer);
    }

    private static Response answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Changed(Appended.Stored stored, Json patch, Json previous) ->
                answer(stored.position(), true, patch.toString(), previous.toString());
            case Outcome.Published(Appended.Stored stored) -> answer(stored.position(), true, "{}", "{}");
            case Outcome.Unchanged(Head head) -> answer(head.statePosition(), false, "{}", "{}");
            case Outcome.Conflict conflict ->
                throw new Refused(
                        ErrorCode.CONFLICT, "the state is not the one that If-Match or If-None-Match asks for");
            case Outcome.TooLarge(String reason) -> throw new Refused(ErrorCode.MESSAGE_TOO_LARGE, reason);
            case Outcome.Unavailable(String reason) -> throw new Refused(ErrorCode.UNAVAILABLE, reason);
        };
    }

    private static Response answer(Position place, boolean changed, String patch, String previous) {
        return Response.ok(new Answers.StateChange(changed, patch, previous, place.offset()))
                .header("ETag", ETag.of(place).text())
                .build();
    }
}
