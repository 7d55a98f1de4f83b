package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.DeviceTypes;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.State;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A device as it is. */
@Schema(
        name = "Device",
        description = "A device as it is",
        requiredProperties = {"device_id", "device_type", "state", "offset"})
record DeviceItem(
        @Schema(description = "Its id: that of its channel, without device:", examples = "motor_01")
        String device_id,

        @Schema(
                description = "Of which type it is: the member device_type of its state; null when it has none",
                nullable = true,
                examples = "motor")
        @Nullable
        String device_type,

        @Schema(
                description = "The whole state of its channel",
                type = SchemaType.OBJECT,
                examples = "{\"device_type\": \"motor\", \"speed\": 150}")
        @JsonRawValue
        String state,

        @Schema(
                description = "The offset of the state's last change: to go on from in its channel",
                examples = "18",
                minimum = "1")
        long offset) {
    static DeviceItem of(ChannelKey device, State state) {
        String type = state.data().tree() instanceof ObjectNode object ? DeviceTypes.nameIn(object) : null;
        return new DeviceItem(
                device.channel().id(),
                type,
                state.data().toString(),
                state.position().offset());
    }
}
