package dev.tidings.api.trend;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.log.EventLog;
import dev.tidings.trend.Field;
import dev.tidings.trend.Method;
import dev.tidings.trend.Trend;
import dev.tidings.trend.TrendReader;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How a number in a channel has gone. */
@Path("/api/v1/channels/{channel:.+}/trend")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Trends", description = "How numbers in channels have gone")
public class TrendResource {
    private static final int DEFAULT_POINTS = 300;

    private final EventLog log;
    private final Clock clock;

    TrendResource(EventLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "trend",
            summary = "Read how a number has gone",
            description =
                    "What the channel retains, reduced to so many points. Who subscribes to the channel with since"
                            + " {epoch, offset} of the answer gets what comes after it, nothing missing and nothing twice. Events"
                            + " where there is no number are passed over. Needs history.")
    @Parameter(
            name = "field",
            in = ParameterIn.QUERY,
            required = true,
            description = "Where the number is, a JSON Pointer: /payload/speed in the events, of whatever type;"
                    + " /state/speed in the channel's state, which is /payload/patch/speed of its events state.changed",
            schema = @Schema(type = SchemaType.STRING, maxLength = 256),
            example = "/payload/patch/speed")
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            description = "Where to begin, in ms since the Unix epoch; with the oldest retained when nothing is said",
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"),
            example = "1704067200000")
    @Parameter(
            name = "to",
            in = ParameterIn.QUERY,
            description = "Where to end, exclusive, after from; now when nothing is said",
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"),
            example = "4102444800000")
    @Parameter(
            name = "points",
            in = ParameterIn.QUERY,
            description = "At most so many points",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "5000", defaultValue = "300"),
            example = "100")
    @Parameter(
            name = "method",
            in = ParameterIn.QUERY,
            description =
                    "buckets: the time from from to to in equal parts, of each min, max, mean, last and count; lttb:"
                            + " single values that keep the shape of the line (largest triangle three buckets)",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"buckets", "lttb"},
                            defaultValue = "buckets"),
            example = "lttb")
    @APIResponse(
            responseCode = "200",
            description = "The trend; without points where there is no number",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = TrendAnswer.class)))
    public CompletionStage<TrendAnswer> read(
            @Parameter(description = "The channel", example = "device:motor_01") @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context, "field", "from", "to", "points", "method");
        ChannelKey key = call.permitted(Verb.HISTORY, channel);
        return TrendReader.read(log, Thread::startVirtualThread, key, request(call.query()), clock.millis())
                .thenApply(TrendAnswer::of)
                .exceptionally(TrendResource::asBadInput);
    }

    private static Trend.Request request(Query query) {
        Field field = Field.parse(query.required("field", "where the number is, such as /payload/speed"));
        long from = query.number("from", 0, Long.MAX_VALUE, -1);
        long to = query.number("to", 1, Long.MAX_VALUE, -1);
        if (to >= 0 && from >= to) {
            throw invalid("from is before to; found are from " + from + " and to " + to);
        }
        int points = (int) query.number("points", 1, Trend.MAX_POINTS, DEFAULT_POINTS);
        return new Trend.Request(field, from, to, points, method(query));
    }

    private static Method method(Query query) {
        return switch (Objects.requireNonNullElse(query.text("method"), "buckets")) {
            case "buckets" -> Method.BUCKETS;
            case "lttb" -> Method.LTTB;
            default -> throw invalid("method is one of buckets lttb");
        };
    }

    private static TrendAnswer asBadInput(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Trend.TooMuch tooMuch) {
            throw invalid(String.valueOf(tooMuch.getMessage()));
        }
        throw failure instanceof CompletionException completion ? completion : new CompletionException(failure);
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
