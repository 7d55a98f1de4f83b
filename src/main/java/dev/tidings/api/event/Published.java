package dev.tidings.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.log.Appended;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where an event was stored. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Published",
        description = "Where an event was stored; of a state.changed or state.deleted that changed nothing: where the"
                + " channel stands",
        requiredProperties = {"offset", "epoch", "timestamp"})
record Published(
        @Schema(description = "Its place in the channel: 1, 2, 3 …", examples = "17", minimum = "0")
        long offset,

        @Schema(description = Published.EPOCH, examples = "k3x9-2")
        String epoch,

        @Schema(
                description = "Its id; absent when you gave none and nothing changed",
                examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77")
        @Nullable
        String event_id,

        @Schema(description = "When it was accepted, in ms since the Unix epoch", examples = "1704067200000")
        long timestamp) {
    static final String EPOCH = "The channel's numbering; an offset means something only within it";

    static Published at(Appended.Stored stored) {
        return new Published(stored.position().offset(), stored.position().epoch(), stored.id(), stored.timestamp());
    }
}
