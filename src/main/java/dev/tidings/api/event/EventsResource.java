package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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

/** Publishing many events at once. {@link EventStream} takes those that come as NDJSON. */
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

                    An array is taken as a whole, at most 16 MiB: when it is not JSON nothing is stored. NDJSON is a stream of any
                    length: a result comes for each line, in order, while the stream goes on, and a line that cannot be taken gets an
                    error with its number. Read the answer while you send: the service reads no further than it can answer.

                    CloudEvents 1.0 with JSON data come as one object, as a batch, or with their attributes in headers `ce-…` and
                    the data in a body of application/json. The extension `channel`, else `subject`, is the channel, `type` the
                    event, `id` the event_id, `data` the payload.""")
    @Parameter(
            name = "ce-specversion",
            in = ParameterIn.HEADER,
            description = "Makes the body the data of a CloudEvent in binary form, and is its version: 1.0",
            schema = @Schema(type = SchemaType.STRING),
            example = "1.0")
    @Parameter(
            name = "ce-id",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: becomes the event_id",
            schema = @Schema(type = SchemaType.STRING),
            example = "A234-3")
    @Parameter(
            name = "ce-source",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: where it comes from; has to be there, and is not kept",
            schema = @Schema(type = SchemaType.STRING),
            example = "/line/7")
    @Parameter(
            name = "ce-type",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: becomes the type of the event",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent.started")
    @Parameter(
            name = "ce-subject",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: the channel, unless ce-channel names it",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent:42")
    @Parameter(
            name = "ce-channel",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: the channel",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent:42")
    @Parameter(
            name = "ce-cause",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: the id of what led to it",
            schema = @Schema(type = SchemaType.STRING),
            example = "c-42")
    @Parameter(
            name = "ce-time",
            in = ParameterIn.HEADER,
            description = "Of a CloudEvent in binary form: when it happened at its source; is checked and not kept",
            schema = @Schema(type = SchemaType.STRING),
            example = "2024-01-01T00:00:00Z")
    @Parameter(
            name = "traceparent",
            in = ParameterIn.HEADER,
            description = Publishing.TRACE,
            schema = @Schema(type = SchemaType.STRING),
            example = Publishing.EXAMPLE_OF_TRACE)
    @RequestBody(
            description = "The events",
            required = true,
            content = {
                @Content(
                        mediaType = MediaTypes.JSON,
                        schema = @Schema(type = SchemaType.ARRAY, implementation = NewEvent.InChannel.class),
                        examples = @ExampleObject(name = "two", summary = "Two events", value = """
                                                [{"channel": "agent:42", "event": "agent.started"},
                                                 {"channel": "agent:43", "event": "agent.started", "payload": {"pid": 7}}]""")),
                @Content(mediaType = MediaTypes.NDJSON, schema = @Schema(implementation = NewEvent.InChannel.class)),
                @Content(
                        mediaType = CloudEvents.STRUCTURED,
                        schema = @Schema(implementation = NewEvent.Cloud.class),
                        examples = @ExampleObject(name = "cloudEvent", summary = "A CloudEvent", value = """
                                                {"specversion": "1.0", "id": "A234-1", "source": "/line/7",
                                                 "type": "agent.started", "subject": "agent:42", "data": {"pid": 7}}""")),
                @Content(
                        mediaType = CloudEvents.BATCH,
                        schema = @Schema(type = SchemaType.ARRAY, implementation = NewEvent.Cloud.class),
                        examples =
                                @ExampleObject(name = "cloudEvents", summary = "A batch of CloudEvents", value = """
                                                [{"specversion": "1.0", "id": "A234-2", "source": "/line/7",
                                                  "type": "agent.started", "subject": "agent:42"}]"""))
            })
    @APIResponse(
            responseCode = "200",
            description = "A result for each, in order; for NDJSON each on a line",
            content = {
                @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Result.Results.class)),
                @Content(mediaType = MediaTypes.NDJSON, schema = @Schema(implementation = Result.class))
            })
    public CompletionStage<Result.Results> publish(@Context RoutingContext context) {
        Call call = Call.of(context);
        MultiMap headers = context.request().headers();
        if (CloudEvents.isBinary(headers)) {
            return call.body(publishing.maxBytes(), MediaTypes.JSON)
                    .thenCompose(body -> publish(call, List.of(body), data -> CloudEvents.binary(headers, data)));
        }
        return call.body(Call.MAX_BODY, MediaTypes.JSON, MediaTypes.NDJSON, CloudEvents.STRUCTURED, CloudEvents.BATCH)
                .thenCompose(body -> switch (MediaTypes.essence(headers.get("Content-Type"))) {
                    case CloudEvents.STRUCTURED -> publish(call, List.of(body), CloudEvents::structured);
                    case CloudEvents.BATCH -> publish(call, EventBody.elements(body), CloudEvents::structured);
                    default -> publish(call, EventBody.elements(body), EventBody::read);
                });
    }

    private CompletionStage<Result.Results> publish(Call call, List<byte[]> events, Function<byte[], EventBody> form) {
        String trace = publishing.traceOf(call);
        Function<byte[], EventBody> traced = bytes -> form.apply(bytes).causedBy(trace);
        return publishing
                .publish(events.stream()
                        .map(event -> publishing.read(call.caller(), event, null, traced))
                        .toList())
                .thenApply(Result.Results::new);
    }
}
