package dev.tidings.api.event;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
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

/**
 * Publishing to a channel, and reading what it retains. {@link PublishCalls} takes most calls that publish, {@code LiveCalls} of
 * package {@code stream} those that wait or follow.
 */
@Path("/api/v1/channels/{channel:.+}/events")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Events")
public class ChannelEventsResource {
    private static final String EVENT_AS_IT_COMES =
            "id: k3x9-2:17\ndata: {\"type\":\"message\",\"channel\":\"agent:42\","
                    + "\"event\":\"agent.started\",\"id\":\"e-1\",\"offset\":17,\"timestamp\":1704067200000,\"payload\":{}}\n\n";

    private final EventLog log;
    private final Publishing publishing;

    ChannelEventsResource(EventLog log, Publishing publishing) {
        this.log = log;
        this.publishing = publishing;
    }

    @POST
    @Operation(
            operationId = "publish",
            summary = "Publish an event",
            description = "Stores the event and gives it its place. Publishing state.changed with a patch, or"
                    + " state.deleted, writes the channel's state. Needs publish.")
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
                            schema = @Schema(implementation = NewEvent.class),
                            examples =
                                    @ExampleObject(
                                            name = "event",
                                            summary = "An event",
                                            value =
                                                    "{\"event\": \"agent.started\", \"payload\": {\"status\": \"busy\"}}")))
    @APIResponse(
            responseCode = "201",
            description = "Stored",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Published.class)))
    @APIResponse(
            responseCode = "200",
            description =
                    "Stored before under the same event_id: the first answer again; or it would not have changed the"
                            + " state, and there is no event",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = Published.class)))
    public CompletionStage<RestResponse<Published>> publish(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Context RoutingContext context) {
        return publishing.publish(Call.of(context), channel, EventBody::read).thenApply(Publishing.Answer::response);
    }

    @GET
    @Operation(
            operationId = "history",
            summary = "Read a channel's history, wait for its events, or follow it live",
            description = "Answers what the channel retains of what was asked for; needs history. With wait_ms it waits"
                    + " until there is something (long poll); needs subscribe. With Accept: text/event-stream it never"
                    + " ends: each event comes when it happens, as the data of a Server-Sent Event whose id is its epoch"
                    + " and offset; needs subscribe, and takes since_offset, epoch, since_timestamp and event only. Both"
                    + " count as connections while they last.")
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            description = "Of a stream only: the id of the last event that the caller has; goes before since_offset and"
                    + " since_timestamp. Where not everything since can be had the stream begins with an event reset",
            schema = @Schema(type = SchemaType.STRING),
            example = "k3x9-2:17")
    @Parameter(
            name = "wait_ms",
            in = ParameterIn.QUERY,
            description = "How long to wait for something when there is nothing; not with reverse",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "60000"),
            example = "200")
    @Parameter(
            name = "since_offset",
            in = ParameterIn.QUERY,
            description = "Only events after this offset; needs epoch",
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"),
            example = "17")
    @Parameter(
            name = "epoch",
            in = ParameterIn.QUERY,
            description =
                    "The numbering that since_offset belongs to: of another all that is retained is answered, and recovered is"
                            + " false",
            schema = @Schema(type = SchemaType.STRING),
            example = "k3x9-2")
    @Parameter(
            name = "since_timestamp",
            in = ParameterIn.QUERY,
            description = "Only events of this moment or later, in ms since the Unix epoch; not with since_offset",
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"),
            example = "1704067200000")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "10000", defaultValue = "10000"),
            example = "50")
    @Parameter(
            name = "reverse",
            in = ParameterIn.QUERY,
            description = "Newest first; the limit then keeps the newest",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"),
            example = "true")
    @Parameter(
            name = "event",
            in = ParameterIn.QUERY,
            description =
                    "Only events whose type matches this glob, in which * is any run of characters; may be repeated",
            schema = @Schema(type = SchemaType.ARRAY, implementation = String.class),
            example = "[\"agent.*\"]")
    @APIResponse(
            responseCode = "200",
            description = "The events; none when there are none",
            content = {
                @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = History.class)),
                @Content(
                        mediaType = MediaTypes.EVENT_STREAM,
                        schema = @Schema(type = SchemaType.STRING),
                        examples =
                                @ExampleObject(
                                        name = "stream",
                                        summary = "An event as it comes",
                                        value = EVENT_AS_IT_COMES))
            })
    public CompletionStage<History> history(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context, "since_offset", "epoch", "since_timestamp", "limit", "reverse", "event");
        ChannelKey key = call.permitted(Verb.HISTORY, channel);
        Range range = EventsQuery.of(call.query()).range();
        return log.read(key, range).thenApply(slice -> History.of(range, slice));
    }
}
