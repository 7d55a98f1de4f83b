package dev.tidings.api.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.alert.AlertRule;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A rule as it is stored; the secret of its webhook is not shown. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "AlertRule",
        description = "When an alert is raised, and when it clears",
        requiredProperties = {"id", "pattern", "condition", "for", "severity"})
record RuleAnswer(
        @Schema(description = "Its id; its alerts are told in the channel alert:<id>", examples = "too-hot")
        String id,

        @Schema(description = "The channels that it is about, each by itself", examples = "oven:*")
        String pattern,

        @Schema(
                description = "What has to hold of an event, as in filters",
                type = SchemaType.OBJECT,
                examples = RuleBody.CONDITION)
        @JsonRawValue
        String condition,

        @Schema(
                description = "What ends an alert; absent when that is that the condition does not hold",
                type = SchemaType.OBJECT,
                examples = RuleBody.CLEAR)
        @JsonRawValue
        @Nullable
        String clear,

        @JsonProperty("for")
        @Schema(name = "for", description = "How long the condition must hold, as in ISO 8601", examples = "PT30S")
        String holdFor,

        @Schema(
                description = "How much its alerts matter",
                enumeration = {"info", "warning", "critical"},
                examples = "critical")
        String severity,

        @Schema(description = "Whom it tells by HTTP; absent when nobody") @Nullable
        Hook webhook) {

    /** Its webhook. */
    @Schema(
            name = "AlertWebhook",
            description = "Whom a rule tells by HTTP",
            requiredProperties = {"url", "signed"})
    record Hook(
            @Schema(description = "What is called", examples = "https://ops.example/alerts")
            String url,

            @Schema(description = "Whether the calls are signed; the secret is not shown", examples = "true")
            boolean signed) {}

    static RuleAnswer of(AlertRule rule) {
        return new RuleAnswer(
                rule.id(),
                rule.pattern().text(),
                rule.conditionText().toString(),
                rule.clearText() == null ? null : rule.clearText().toString(),
                rule.holdFor().toString(),
                rule.severity().text(),
                rule.hook() == null
                        ? null
                        : new Hook(rule.hook().url().toString(), rule.hook().secret() != null));
    }

    /** A page of rules. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "AlertRules", description = "Rules in the order of their ids", requiredProperties = "items")
    record Page(
            @Schema(description = "The rules") List<RuleAnswer> items,

            @Schema(description = "To be given as after for the next page; absent on the last", examples = "too-hot")
            @Nullable
            String next) {}
}
