package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Publishing to a project, in the words of dashboards. */
@Path("/api/v1/projects/{id:.+}/events")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Projects", description = "What servers of orchestrator dashboards call")
public class ProjectEventsResource {
    private final Publishing publishing;

    ProjectEventsResource(Publishing publishing) {
        this.publishing = publishing;
    }

    /** What {@link EventBody} reads here, as the API's description shows it. */
    @Schema(name = "NewProjectEvent", description = "An event of a project; other members are ignored")
    record NewProjectEvent(
            @Schema(
                    description = NewEvent.EVENT,
                    examples = "story.status.changed",
                    maxLength = 128,
                    pattern = NewEvent.TYPE,
                    required = true)
            String type,

            @Schema(description = "If it is there, the project that the URL names", examples = "abc-123") @Nullable
            String projectId,

            @Schema(description = "Any JSON value; null unless given", examples = "{\"status\": \"done\"}")
            Object payload,

            @Schema(description = NewEvent.EVENT_ID, examples = "story-6-5-done", minLength = 1, maxLength = 128)
            @Nullable
            String event_id,

            @Schema(description = NewEvent.CAUSE, examples = "c-42", minLength = 1, maxLength = 128) @Nullable
            String cause) {}

    @POST
    @Operation(
            operationId = "publishToProject",
            summary = "Publish an event of a project",
            description =
                    "Stores the event in the channel project:id. Dashboards that are subscribed to the project get"
                            + " it, and so does everybody else who is subscribed to the channel. Needs publish.")
    @Parameter(
            name = "traceparent",
            in = ParameterIn.HEADER,
            description = Publishing.TRACE,
            schema = @Schema(type = SchemaType.STRING),
            example = Publishing.EXAMPLE_OF_TRACE)
    @RequestBody(
            description = "The event",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = NewProjectEvent.class),
                            examples =
                                    @ExampleObject(
                                            name = "event",
                                            summary = "A story is done",
                                            value =
                                                    "{\"type\": \"story.status.changed\", \"payload\": {\"storyId\": \"6-5\", \"status\": \"done\"}}")))
    @APIResponse(
            responseCode = "201",
            description = "Stored",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Published.class)))
    @APIResponse(
            responseCode = "200",
            description = "Stored before under the same event_id, or nothing changed: where the channel stands",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Published.class)))
    @APIResponse(
            responseCode = "403",
            description = "The token does not permit it, whether there is such a project or not")
    @APIResponse(
            responseCode = "503",
            description = "The log cannot be reached, or too much waits for it; nothing was stored")
    public CompletionStage<RestResponse<Published>> publish(
            @Parameter(description = "The project", example = "abc-123") @PathParam("id") String id,
            @Context RoutingContext context) {
        return publishing
                .publish(Call.of(context), Channel.of("project", id).name(), body -> read(body, id))
                .thenApply(Publishing.Answer::response);
    }

    private static EventBody read(byte[] body, String project) {
        EventBody event = EventBody.readOfProject(body);
        if (event.channel() != null && !event.channel().equals(project)) {
            throw new Invalid(Invalid.What.MESSAGE, "projectId is not the project that the address names");
        }
        return event;
    }
}
