package dev.tidings.api.device;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a change did to the devices of a group. */
@Schema(
        name = "GroupChange",
        description = "What a change did to each device of a group",
        requiredProperties = "results")
record GroupChangeAnswer(
        @Schema(
                description =
                        "By device: status ok and what DeviceChange has; or status error or timeout, with code, message,"
                                + " retryable, and at where a property is wrong",
                type = SchemaType.OBJECT,
                examples =
                        "{\"motor_01\": {\"status\": \"ok\", \"device_id\": \"motor_01\", \"device_type\": \"motor\","
                                + " \"previous_state\": {\"speed\": 100}, \"new_state\": {\"speed\": 150}, \"changed\": true,"
                                + " \"action\": \"device_control\"}}")
        @JsonRawValue
        String results) {}
