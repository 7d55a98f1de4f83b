package dev.tidings.api.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.State;
import dev.tidings.intake.Intake;
import dev.tidings.intake.Submission.Change;
import dev.tidings.intake.Submission.Precondition;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** A channel's retained state. */
@Path("/api/v1/channels/{channel:.+}/state")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "State", description = "What channels retain")
public class StateResource {
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";
    private static final String WRITE_IF_MATCH = "Only if the state is one of these: a list of ETags as GET and writes"
            + " answer them, or * for any; weak ones never match. Not with If-None-Match";
    private static final String WRITE_IF_NONE_MATCH = "*: only where there is no state yet. Not with If-Match";
    private static final String CHANNEL = "The channel";
    private static final String CHANNEL_EXAMPLE = "device:lamp";
    private static final String TAG_EXAMPLE = "\"k3x9-2:18\"";
    private static final String CAUSE = "cause";
    private static final String CAUSE_IS = "The id of the event, command or alert that led to it; the event has it too";
    private static final String TAG = "Names the state: where it changed last. Absent when there is none any more";
    private static final String CHANGE = "What changed, if anything";
    private static final String FAILED = "The state is not the one that If-Match or If-None-Match asks for";

    private final StateWriter writer;
    private final EventLog log;
    private final long maxBytes;

    StateResource(Intake intake, EventLog log, LimitsConfig limits) {
        this.writer = new StateWriter(intake);
        this.log = log;
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @GET
    @Operation(
            operationId = "readState",
            summary = "Read a channel's state",
            description = "Answers the bare document; its ETag is the place of its last change. Needs subscribe.")
    @Parameter(
            name = IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = "States that the caller has already: a list of ETags, or *",
            schema = @Schema(type = SchemaType.STRING),
            example = TAG_EXAMPLE)
    @Parameter(
            name = IF_MATCH,
            in = ParameterIn.HEADER,
            description = "The states that the caller wants: a list of ETags, or *; weak ones never match",
            schema = @Schema(type = SchemaType.STRING),
            example = "*")
    @APIResponse(
            responseCode = "200",
            description = "The state",
            headers =
                    @Header(
                            name = "ETag",
                            description = TAG,
                            schema = @Schema(type = SchemaType.STRING, examples = TAG_EXAMPLE)),
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(type = SchemaType.OBJECT, description = "The document"),
                            example = "{\"on\": true, \"level\": 70}"))
    @APIResponse(
            responseCode = "304",
            description = "It is one that If-None-Match names",
            headers =
                    @Header(
                            name = "ETag",
                            description = TAG,
                            schema = @Schema(type = SchemaType.STRING, examples = TAG_EXAMPLE)))
    @APIResponse(responseCode = "404", description = "The channel retains no state")
    @APIResponse(responseCode = "412", description = "The state is none that If-Match names")
    public CompletionStage<Response> read(
            @Parameter(description = CHANNEL, example = CHANNEL_EXAMPLE) @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        ChannelKey key = call.permitted(Verb.SUBSCRIBE, channel);
        Conditions conditions = Conditions.of(call);
        return log.read(key, Range.HEAD).thenApply(slice -> {
            State state = slice.head().state();
            if (state == null) {
                throw new Refused(ErrorCode.NOT_FOUND, "the channel retains no state");
            }
            ETag tag = ETag.of(state.position());
            Response.ResponseBuilder answer = conditions.isKnown(tag)
                    ? Response.notModified()
                    : Response.ok(state.data().utf8());
            return answer.header("ETag", tag.text()).build();
        });
    }

    @PUT
    @Operation(
            operationId = "replaceState",
            summary = "Replace a channel's state",
            description =
                    "Makes an event state.changed, or none when the state was so already. Members that are null count"
                            + " as absent. Needs publish.")
    @Parameter(
            name = CAUSE,
            in = ParameterIn.QUERY,
            description = CAUSE_IS,
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 128),
            example = "c-42")
    @Parameter(
            name = IF_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = TAG_EXAMPLE)
    @Parameter(
            name = IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_NONE_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = "*")
    @RequestBody(
            description = "The whole state",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(type = SchemaType.OBJECT, description = "The document"),
                            examples =
                                    @ExampleObject(
                                            name = "lamp",
                                            summary = "A lamp",
                                            value = "{\"on\": true, \"level\": 70}")))
    @APIResponse(
            responseCode = "200",
            description = CHANGE,
            headers =
                    @Header(
                            name = "ETag",
                            description = TAG,
                            schema = @Schema(type = SchemaType.STRING, examples = TAG_EXAMPLE)),
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = StateChange.class)))
    @APIResponse(responseCode = "412", description = FAILED)
    public CompletionStage<RestResponse<StateChange>> replace(
            @Parameter(description = CHANNEL, example = CHANNEL_EXAMPLE) @PathParam("channel") String channel,
            @Context RoutingContext context) {
        return write(channel, context, Change.Put::new, MediaTypes.JSON);
    }

    @PATCH
    @Operation(
            operationId = "patchState",
            summary = "Change a channel's state",
            description = "Merges the body into the state (RFC 7396); makes an event state.changed, or none when that"
                    + " changes nothing. Needs publish.")
    @Parameter(
            name = CAUSE,
            in = ParameterIn.QUERY,
            description = CAUSE_IS,
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 128),
            example = "c-42")
    @Parameter(
            name = IF_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = TAG_EXAMPLE)
    @Parameter(
            name = IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_NONE_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = "*")
    @RequestBody(
            description = "The members that change; null removes one",
            required = true,
            content = {
                @Content(
                        mediaType = MERGE_PATCH,
                        schema = @Schema(type = SchemaType.OBJECT, description = "The merge patch"),
                        examples = @ExampleObject(name = "dim", summary = "One member", value = "{\"level\": 30}")),
                @Content(
                        mediaType = MediaTypes.JSON,
                        schema = @Schema(type = SchemaType.OBJECT, description = "The merge patch"),
                        examples = @ExampleObject(name = "dim", summary = "One member", value = "{\"level\": 30}"))
            })
    @APIResponse(
            responseCode = "200",
            description = CHANGE,
            headers =
                    @Header(
                            name = "ETag",
                            description = TAG,
                            schema = @Schema(type = SchemaType.STRING, examples = TAG_EXAMPLE)),
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = StateChange.class)))
    @APIResponse(responseCode = "412", description = FAILED)
    public CompletionStage<RestResponse<StateChange>> patch(
            @Parameter(description = CHANNEL, example = CHANNEL_EXAMPLE) @PathParam("channel") String channel,
            @Context RoutingContext context) {
        return write(channel, context, Change.Patch::new, MERGE_PATCH, MediaTypes.JSON);
    }

    @DELETE
    @Operation(
            operationId = "deleteState",
            summary = "Delete a channel's state",
            description = "Makes an event state.deleted, or none when there is no state. Needs publish.")
    @Parameter(
            name = CAUSE,
            in = ParameterIn.QUERY,
            description = CAUSE_IS,
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 128),
            example = "c-42")
    @Parameter(
            name = IF_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = TAG_EXAMPLE)
    @Parameter(
            name = IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = WRITE_IF_NONE_MATCH,
            schema = @Schema(type = SchemaType.STRING),
            example = "*")
    @APIResponse(
            responseCode = "200",
            description = CHANGE,
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = StateChange.class)))
    @APIResponse(responseCode = "412", description = FAILED)
    public CompletionStage<RestResponse<StateChange>> delete(
            @Parameter(description = CHANNEL, example = CHANNEL_EXAMPLE) @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context, CAUSE);
        ChannelKey key = call.permitted(Verb.PUBLISH, channel);
        return writer.write(
                key,
                new Change.Delete(),
                Conditions.of(call).ofWrite(),
                call.query().text(CAUSE),
                call.caller());
    }

    private CompletionStage<RestResponse<StateChange>> write(
            String channel, RoutingContext context, Function<JsonNode, Change> change, String... types) {
        Call call = Call.of(context, CAUSE);
        ChannelKey key = call.permitted(Verb.PUBLISH, channel);
        List<Precondition> conditions = Conditions.of(call).ofWrite();
        String cause = call.query().text(CAUSE);
        return call.body(maxBytes, types)
                .thenCompose(body ->
                        writer.write(key, change.apply(Json.parse(body).tree()), conditions, cause, call.caller()));
    }
}
