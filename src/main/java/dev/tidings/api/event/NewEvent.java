package dev.tidings.api.event;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What {@link EventBody} reads, as the API's description shows it: where the URL names the channel. */
@Schema(name = "NewEvent", description = "An event to be published; other members are ignored")
record NewEvent(
        @Schema(
                description = NewEvent.EVENT,
                examples = "agent.started",
                maxLength = 128,
                pattern = NewEvent.TYPE,
                required = true)
        String event,

        @Schema(description = "Any JSON value; null unless given", examples = "{\"status\": \"busy\"}")
        Object payload,

        @Schema(description = NewEvent.EVENT_ID, examples = "order-17-started", minLength = 1, maxLength = 128)
        @Nullable
        String event_id,

        @Schema(description = NewEvent.CAUSE, examples = "c-42", minLength = 1, maxLength = 128) @Nullable
        String cause) {
    static final String EVENT = "Its type, dotted lower case";
    static final String TYPE = "^[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*$";
    static final String EVENT_ID =
            "Your own id for it: the same id in the same channel again within 5 minutes is not stored again";
    static final String CAUSE = "The id of the event, command or alert that led to it";

    /** Where the URL names no channel. */
    @Schema(name = "NewChannelEvent", description = "An event to be published, and where; other members are ignored")
    record InChannel(
            @Schema(description = "The channel", examples = "agent:42", required = true)
            String channel,

            @Schema(description = EVENT, examples = "agent.started", maxLength = 128, pattern = TYPE, required = true)
            String event,

            @Schema(description = "Any JSON value; null unless given", examples = "{\"status\": \"busy\"}")
            Object payload,

            @Schema(description = EVENT_ID, examples = "order-17-started", minLength = 1, maxLength = 128) @Nullable
            String event_id,

            @Schema(description = CAUSE, examples = "c-42", minLength = 1, maxLength = 128) @Nullable
            String cause) {}
}
