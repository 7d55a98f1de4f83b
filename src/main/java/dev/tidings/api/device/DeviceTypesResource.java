package dev.tidings.api.device;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.device.configured.ConfiguredDevices;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What devices of each type can be told to do: for those who show a control for it. */
@Path("/api/v1/device-types")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Devices")
public class DeviceTypesResource {
    private final DeviceTypeList types;

    DeviceTypesResource(ConfiguredDevices configured) {
        this.types = DeviceTypeList.of(configured.types());
    }

    @GET
    @Operation(
            operationId = "deviceTypes",
            summary = "List device types",
            description = "The types that are configured, and those of simulated devices, by name, with what their"
                    + " properties can be set to. Needs a token, and no permission: nothing of a tenant is in it.")
    @APIResponse(
            responseCode = "200",
            description = "The types",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DeviceTypeList.class)))
    public DeviceTypeList list(@Context RoutingContext context) {
        Call.of(context);
        return types;
    }
}
