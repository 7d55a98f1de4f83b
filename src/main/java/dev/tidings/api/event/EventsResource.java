package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Publishing many events at once. */
@Path(EventsResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Events", description = "Publishing events and reading history")
public class EventsResource {
    static final String PATH = "/api/v1/events";

    private final Publishing publishing;

    EventsResource(Publishing publishing) {
        this.publishing = publishing;
    }

    @POST
    @Operation(operationId = "publishMany", summary = "Publish many events", description = """
                    Stores them in their order and answers for each; one that fails does not stop the others. Needs publish for
                    each channel.

                    The array is taken as a whole, at most 16 MiB: when it is not JSON nothing is stored.""")
    @RequestBody(
            description = "The events",
            required = true,
            content = {
                @Content(
                        mediaType = MediaTypes.JSON,
                        schema = @Schema(type = SchemaType.ARRAY, implementation = NewEvent.InChannel.class),
                        examples = @ExampleObject(name = "two", summary = "Two events", value = """
                                                [{"channel": "agent:42", "event": "agent.started"},
                                                 {"channel": "agent:43", "event": "agent.started", "payload": {"pid": 7}}]"""))
            })
    @APIResponse(
            responseCode = "200",
            description = "A result for each, in order",
            content = {@Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Result.Results.class))})
    public CompletionStage<Result.Results> publish(@Context RoutingContext context) {
        Call call = Call.of(context);
        return call.body(Call.MAX_BODY, MediaTypes.JSON)
                .thenCompose(body -> publishing.publish(EventBody.elements(body).stream()
                        .map(event -> publishing.read(call.caller(), event, EventBody::read))
                        .toList()))
                .thenApply(Result.Results::new);
    }
}
