package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.device.Controlled;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a change did to a device. */
@Schema(
        name = "DeviceChange",
        description = "What a change did to a device",
        requiredProperties = {"device_id", "device_type", "previous_state", "new_state", "changed", "action"})
record DeviceChangeAnswer(
        @Schema(description = "The device's id", examples = "motor_01")
        String device_id,

        @Schema(description = "Of which type it is; null when it has none", nullable = true, examples = "motor")
        @Nullable
        String device_type,

        @Schema(
                description = "What the members that changed held before; null for those that were absent",
                type = SchemaType.OBJECT,
                examples = "{\"speed\": 100}")
        @JsonRawValue
        String previous_state,

        @Schema(
                description = "What they hold now; null for those that are gone",
                type = SchemaType.OBJECT,
                examples = "{\"speed\": 150}")
        @JsonRawValue
        String new_state,

        @Schema(description = "False when all was so already: then there is no event", examples = "true")
        boolean changed,

        @Schema(description = "Always device_control", examples = "device_control")
        String action) {
    static DeviceChangeAnswer of(Controlled.Done done) {
        return new DeviceChangeAnswer(
                done.device(),
                done.type(),
                done.previous().toString(),
                done.next().toString(),
                done.changed(),
                Controlled.ACTION);
    }
}
