package dev.tidings.api.device;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Verb;
import dev.tidings.device.Control;
import dev.tidings.device.Controlled;
import dev.tidings.device.Devices;
import dev.tidings.device.Violation;
import dev.tidings.device.configured.ConfiguredDevices;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.event.State;
import dev.tidings.intake.EventIds;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.EventLog;
import dev.tidings.log.Range;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
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

/** Devices: the states of the channels {@code device:ID}, and changing them by driving the devices. */
@Path("/api/v1/devices")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Devices", description = "How devices are, and changing them")
public class DevicesResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int UNPROCESSABLE = 422;
    private static final String CAUSE = "cause";
    private static final String EVENT_ID = "event_id";
    private static final String DEVICE = "The device's id";
    private static final String DEVICE_EXAMPLE = "lamp";
    private static final String MISSING = "There is no such device: its channel has no state";

    private final Devices devices;
    private final ConfiguredDevices configured;
    private final EventLog log;
    private final EventIds ids;
    private final long maxBytes;

    DevicesResource(Devices devices, ConfiguredDevices configured, EventLog log, LimitsConfig limits, Clock clock) {
        this.devices = devices;
        this.configured = configured;
        this.log = log;
        this.ids = new EventIds(clock);
        this.maxBytes = limits.messageSize().asLongValue();
    }

    @GET
    @Operation(
            operationId = "devices",
            summary = "List devices",
            description = "The devices that the caller may subscribe to, by id. A page ends early where its states are"
                    + " large.")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only ids after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "conveyor_01")
    @APIResponse(
            responseCode = "200",
            description = "The devices",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DeviceList.class)))
    @APIResponse(responseCode = "503", description = "The log cannot be reached")
    public CompletionStage<DeviceList> list(@Context RoutingContext context) {
        Call call = Call.of(context, "limit", "after");
        int limit = (int) call.query().number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String after = Objects.requireNonNullElse(call.query().text("after"), "");
        return new DevicePage(log, call.caller(), limit).after(after);
    }

    @GET
    @Path("/{device:.+}")
    @Operation(
            operationId = "device",
            summary = "Read a device",
            description = "How it is: the state of its channel. Needs subscribe on device: and its id.")
    @APIResponse(
            responseCode = "200",
            description = "The device",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DeviceItem.class)))
    @APIResponse(responseCode = "404", description = MISSING)
    public CompletionStage<DeviceItem> read(
            @Parameter(description = DEVICE, example = DEVICE_EXAMPLE) @PathParam("device") String device,
            @Context RoutingContext context) {
        ChannelKey key = Call.of(context).permitted(Verb.SUBSCRIBE, Control.NAMESPACE + ':' + device);
        return log.read(key, Range.HEAD).thenApply(slice -> {
            State state = slice.head().state();
            if (state == null) {
                throw missing();
            }
            return DeviceItem.of(key, state);
        });
    }

    @POST
    @Path("/{device:.+}")
    @Operation(
            operationId = "changeDevice",
            summary = "Change a device",
            description =
                    "Checks the change against the device's type, has the device do it, and then merges it into its"
                            + " state (RFC 7396), with what the device says of itself. Needs publish on device: and its id.")
    @Parameter(
            name = CAUSE,
            in = ParameterIn.QUERY,
            description = "The id of the event, command or alert that led to it; the event has it too",
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 128),
            example = "c-42")
    @Parameter(
            name = EVENT_ID,
            in = ParameterIn.QUERY,
            description =
                    "An id of the caller's own, an idempotency key: within five minutes the same one again gets the"
                            + " first answer again, and nothing moves, whatever else the call says. What has failed is tried again."
                            + " The event has it after control-",
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 120),
            example = "order-17")
    @RequestBody(
            description = "The members that are to change; null removes one",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            minProperties = 1,
                                            description = "The members that are to change"),
                            examples = @ExampleObject(name = "dim", summary = "One member", value = "{\"level\": 30}")))
    @APIResponse(
            responseCode = "200",
            description = "The device has done it",
            content =
                    @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DeviceChangeAnswer.class)))
    @APIResponse(responseCode = "404", description = MISSING)
    @APIResponse(
            responseCode = "422",
            description =
                    "Its type does not allow it, or the device declined: the detail names the property, what was found"
                            + " and what is allowed. Nothing moved")
    @APIResponse(
            responseCode = "503",
            description = "The device or the log cannot be reached, or too much waits for it; the state is as it was")
    @APIResponse(
            responseCode = "504",
            description = "The device did not answer in time; the state is as it was, the device may have moved")
    public CompletionStage<DeviceChangeAnswer> change(
            @Parameter(description = DEVICE, example = DEVICE_EXAMPLE) @PathParam("device") String device,
            @Context RoutingContext context) {
        Call call = Call.of(context, CAUSE, EVENT_ID);
        ChannelKey key = call.permitted(Verb.PUBLISH, Control.NAMESPACE + ':' + device);
        String cause = call.query().text(CAUSE);
        String given = call.query().text(EVENT_ID);
        String id = given == null ? ids.next() : Control.idOf(given);
        return call.body(maxBytes, MediaTypes.JSON)
                .thenCompose(body -> devices.change(new Control(
                        key,
                        Control.change(Json.parse(body).tree()),
                        id,
                        given != null,
                        cause,
                        call.caller().subject(),
                        configured.timeout())))
                .thenApply(DevicesResource::answer);
    }

    private static DeviceChangeAnswer answer(Controlled controlled) {
        return switch (controlled) {
            case Controlled.Done done -> DeviceChangeAnswer.of(done);
            case Controlled.Missing missing -> throw missing();
            case Controlled.Inadmissible(Violation violation) ->
                throw new Refused(UNPROCESSABLE, Refusal.inadmissible(violation.message(), violation.at()), Map.of());
            case Controlled.Failed(ErrorCode code, String reason) -> throw new Refused(code, reason);
        };
    }

    private static Refused missing() {
        return new Refused(ErrorCode.NOT_FOUND, Controlled.NO_DEVICE);
    }
}
