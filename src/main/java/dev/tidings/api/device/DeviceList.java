package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of devices. */
@Schema(name = "Devices", description = "Devices in the order of their ids", requiredProperties = "items")
record DeviceList(
        @Schema(description = "The devices") List<DeviceItem> items,

        @Schema(description = "To be given as after for the next page; absent on the last", examples = "motor_01")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        String next) {}
