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

    /** An event in the form of CloudEvents. */
    @Schema(name = "CloudEvent", description = "A CloudEvent 1.0 with JSON data; further attributes are ignored")
    record Cloud(
            @Schema(description = "The version of CloudEvents", enumeration = "1.0", examples = "1.0", required = true)
            String specversion,

            @Schema(description = "Becomes the event_id", examples = "A234-1234-1234", maxLength = 128, required = true)
            String id,

            @Schema(
                    description = "Where it comes from; has to be there, and is not kept",
                    examples = "/line/7",
                    required = true)
            String source,

            @Schema(
                    description = "Becomes the event's type",
                    examples = "agent.started",
                    pattern = TYPE,
                    required = true)
            String type,

            @Schema(description = "The channel, unless the extension channel names it", examples = "agent:42") @Nullable
            String subject,

            @Schema(description = "An extension: the channel", examples = "agent:42") @Nullable
            String channel,

            @Schema(description = "An extension: the id of what led to it", examples = "c-42") @Nullable
            String cause,

            @Schema(
                    description = "When it happened at its source; is checked and not kept: an event has the time"
                            + " when it was accepted",
                    examples = "2024-01-01T00:00:00Z",
                    format = "date-time")
            @Nullable
            String time,

            @Schema(description = "The type of data: JSON", examples = "application/json") @Nullable
            String datacontenttype,

            @Schema(
                    description = "Becomes the payload: any JSON value; null unless given",
                    examples = "{\"status\": \"busy\"}")
            Object data) {}
}
