package dev.tidings.api.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.alert.DryRun;
import dev.tidings.event.Json;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a rule would have told. */
@Schema(
        name = "AlertDryRun",
        description = "What a rule would have told of what its channels retain",
        requiredProperties = {"items", "channels", "events", "complete"})
record DryRunAnswer(
        @Schema(description = "What it would have told, in the order of time, at most 1000")
        List<Item> items,

        @Schema(description = "How many channels were looked at, at most 1000", examples = "3", minimum = "0")
        int channels,

        @Schema(description = "How many events were heard", examples = "512", minimum = "0")
        int events,

        @Schema(
                description = "False when not all channels and events were looked at, or not all is told here",
                examples = "true")
        boolean complete) {

    /** One event that it would have told. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(
            name = "AlertDryRunEvent",
            description = "An event that would have been told",
            requiredProperties = {"event", "channel", "timestamp", "since", "cause", "value"})
    record Item(
            @Schema(
                    description = "Its type",
                    enumeration = {"alert.raised", "alert.cleared"},
                    examples = "alert.raised")
            String event,

            @Schema(description = "The channel that it is about", examples = "oven:1")
            String channel,

            @Schema(description = "When, in ms since the Unix epoch", examples = "1704067230000", minimum = "0")
            long timestamp,

            @Schema(
                    description = "When the condition began to hold, in ms since the Unix epoch",
                    examples = "1704067200000",
                    minimum = "0")
            long since,

            @Schema(description = "The id of the event that led to it", examples = "0190d5f0-7c3e-7a51") @Nullable
            String cause,

            @Schema(description = "What that event has in the condition's field", examples = "91.5")
            @JsonRawValue
            @Nullable
            Object value) {}

    static DryRunAnswer of(DryRun.Findings findings) {
        return new DryRunAnswer(
                findings.found().stream()
                        .map(each -> new Item(
                                each.type(),
                                each.channel().name(),
                                each.at(),
                                each.since(),
                                each.cause(),
                                each.value() == null ? null : Json.of(each.value())))
                        .toList(),
                findings.channels(),
                findings.events(),
                findings.complete());
    }
}
