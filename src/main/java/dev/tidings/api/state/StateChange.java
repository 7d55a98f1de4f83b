package dev.tidings.api.state;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a write did to a state. */
@Schema(name = "StateChange", description = "What a write did to a state")
record StateChange(
        @Schema(description = "False when the state was so already", examples = "true")
        boolean changed,

        @Schema(
                description = "What changed, as a merge patch (RFC 7396)",
                type = SchemaType.OBJECT,
                examples = "{\"speed\": 150}")
        @JsonRawValue
        String patch,

        @Schema(
                description = "What the members that changed held before; null for those that were absent",
                type = SchemaType.OBJECT,
                examples = "{\"speed\": 100}")
        @JsonRawValue
        String previous,

        @Schema(description = "The offset of the state's last change", examples = "18")
        long offset) {}
