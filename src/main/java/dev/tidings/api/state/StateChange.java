package dev.tidings.api.state;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a write did to a state. */
@Schema(
        name = "StateChange",
        description = "What a write did to a state",
        requiredProperties = {"changed", "patch", "previous", "offset"})
record StateChange(
        @Schema(description = "False when the state was so already", examples = "true")
        boolean changed,

        @Schema(
                description = "What changed, as a merge patch (RFC 7396); null when the state was deleted",
                type = SchemaType.OBJECT,
                nullable = true,
                examples = "{\"speed\": 150}")
        @JsonRawValue
        String patch,

        @Schema(
                description = "What the members that changed held before; null for those that were absent",
                type = SchemaType.OBJECT,
                examples = "{\"speed\": 100}")
        @JsonRawValue
        String previous,

        @Schema(description = "The offset of the state's last change", examples = "18", minimum = "0")
        long offset) {
    private static final String NOTHING = "{}";

    static StateChange none(long offset) {
        return new StateChange(false, NOTHING, NOTHING, offset);
    }
}
