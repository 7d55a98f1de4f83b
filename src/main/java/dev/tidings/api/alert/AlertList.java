package dev.tidings.api.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.alert.RaisedAlert;
import dev.tidings.event.Json;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of alerts. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Alerts",
        description = "Alerts that are raised, in the order of rules and channels",
        requiredProperties = "items")
record AlertList(
        @Schema(description = "The alerts") List<Item> items,

        @Schema(description = "To be given as after for the next page; absent on the last", examples = "too-hot/oven:1")
        @Nullable
        String next) {

    /** One of them. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(
            name = "Alert",
            description = "An alert that is raised",
            requiredProperties = {"rule", "channel", "severity", "since", "raised_at", "acknowledged", "value"})
    record Item(
            @Schema(description = "The rule's id", examples = "too-hot")
            String rule,

            @Schema(description = "The channel in which its condition holds", examples = "oven:1")
            String channel,

            @Schema(
                    description = "The rule's severity",
                    enumeration = {"info", "warning", "critical"},
                    examples = "critical")
            String severity,

            @Schema(
                    description = "When the condition began to hold, in ms since the Unix epoch",
                    examples = "1704067200000",
                    minimum = "0")
            long since,

            @Schema(
                    description = "When it was raised, in ms since the Unix epoch: later by the rule's for",
                    examples = "1704067230000",
                    minimum = "0")
            long raised_at,

            @Schema(description = "Whether somebody has taken note of it", examples = "false")
            boolean acknowledged,

            @Schema(
                    description = "What the event that began it has in the first field of the condition that it has;"
                            + " null when it has none, or one of more than 4096 characters",
                    examples = "91.5")
            @JsonRawValue
            @Nullable
            Object value) {
        static Item of(RaisedAlert alert) {
            return new Item(
                    alert.rule(),
                    alert.channel().name(),
                    alert.severity().text(),
                    alert.since(),
                    alert.raisedAt(),
                    alert.acknowledged(),
                    alert.value() == null ? null : Json.of(alert.value()));
        }

        String place() {
            return rule + '/' + channel;
        }
    }
}
