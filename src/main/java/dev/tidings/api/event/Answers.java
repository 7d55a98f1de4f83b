package dev.tidings.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What calls take and answer, as the API's description shows it. */
final class Answers {
    private static final String EPOCH = "The channel's numbering; an offset means something only within it";

    private Answers() {}

    @Schema(name = "NewEvent", description = "An event to be published")
    record NewEvent(
            @Schema(description = "Its type, dotted lower case", examples = "agent.started", required = true)
            String event,

            @Schema(description = "Any JSON", type = SchemaType.OBJECT, examples = "{\"status\": \"busy\"}")
            Object payload,

            @Schema(
                    description = "Your own id for it: the same id again within 5 minutes is not stored again",
                    examples = "order-17-started")
            @Nullable
            String event_id,

            @Schema(description = "The id of what led to it", examples = "c-42") @Nullable
            String cause) {}

    @Schema(name = "NewChannelEvent", description = "An event to be published, and where")
    record NewChannelEvent(
            @Schema(description = "The channel", examples = "agent:42", required = true)
            String channel,

            @Schema(description = "Its type, dotted lower case", examples = "agent.started", required = true)
            String event,

            @Schema(description = "Any JSON", type = SchemaType.OBJECT, examples = "{\"status\": \"busy\"}")
            Object payload,

            @Schema(description = "Your own id for it", examples = "order-17-started") @Nullable
            String event_id) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Published", description = "Where an event was stored")
    record Published(
            @Schema(description = "Its place in the channel: 1, 2, 3 …", examples = "17")
            long offset,

            @Schema(description = EPOCH, examples = "k3x9-2")
            String epoch,

            @Schema(description = "Its id", examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77") @Nullable
            String event_id,

            @Schema(description = "When it was accepted, in ms since the Unix epoch", examples = "1704067200000")
            long timestamp) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Result", description = "What became of one of many events: its place, or an error")
    record Result(
            @Schema(description = "Its place in the channel", examples = "17") @Nullable
            Long offset,

            @Schema(description = EPOCH, examples = "k3x9-2") @Nullable
            String epoch,

            @Schema(description = "Its id", examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77") @Nullable
            String event_id,

            @Schema(description = "When it was accepted, in ms since the Unix epoch", examples = "1704067200000")
            @Nullable
            Long timestamp,

            @Schema(description = "Why it was not stored") @Nullable
            Failure error) {}

    @Schema(name = "Failure", description = "Why an event was not stored")
    record Failure(
            @Schema(description = "The code", examples = "forbidden")
            String code,

            @Schema(description = "What was wrong", examples = "the token does not permit publish:a:1")
            String message) {}

    @Schema(name = "Results", description = "What became of many events, in their order")
    record Results(
            @Schema(description = "A result for each") List<Result> results) {}

    @Schema(name = "Event", description = "An event as subscribers get it")
    record EventAnswer(
            @Schema(description = "Always message", examples = "message")
            String type,

            @Schema(description = "Where it happened", examples = "agent:42")
            String channel,

            @Schema(description = "What happened", examples = "agent.started")
            String event,

            @Schema(description = "Its id", examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77")
            String id,

            @Schema(description = "Its place", examples = "17")
            long offset,

            @Schema(description = "When, in ms since the Unix epoch", examples = "1704067200000")
            long timestamp,

            @Schema(description = "The id of what led to it", examples = "c-42") @Nullable
            String cause,

            @Schema(description = "Any JSON", examples = "{\"status\": \"busy\"}")
            Object payload) {}

    @Schema(name = "History", description = "What a channel retains of what was asked for")
    record History(
            @Schema(description = "The events", implementation = EventAnswer.class, type = SchemaType.ARRAY)
            @JsonRawValue
            String events,

            @Schema(description = EPOCH, examples = "k3x9-2")
            String epoch,

            @Schema(description = "The channel's newest offset", examples = "17")
            long offset,

            @Schema(description = "False when something of what was asked for is missing", examples = "true")
            boolean complete) {}
}
