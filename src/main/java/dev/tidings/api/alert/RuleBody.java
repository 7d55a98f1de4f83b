package dev.tidings.api.alert;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a rule is made of, for the description: {@code RuleReader} reads it. */
@Schema(
        name = "NewAlertRule",
        description = "When an alert is raised, and when it clears; a member that is not known is refused",
        requiredProperties = {"pattern", "condition"})
record RuleBody(
        @Schema(
                description =
                        "The channels that it is about: namespace, namespace:id, namespace:* or namespace:prefix*,"
                                + " not of the namespace alert",
                examples = "oven:*")
        String pattern,

        @Schema(
                description = "What has to hold of an event: a CONDITION as in filters, with their limits",
                type = SchemaType.OBJECT,
                examples = CONDITION)
        String condition,

        @Schema(
                description = "What ends an alert, another CONDITION; without it that the condition does not hold in an"
                        + " event that has its fields",
                type = SchemaType.OBJECT,
                examples = CLEAR)
        @Nullable
        String clear,

        @JsonProperty("for")
        @Schema(
                name = "for",
                description = "How long the condition must hold: ISO 8601, PT0S to P7D; PT0S without it",
                examples = "PT0S")
        @Nullable
        String holdFor,

        @Schema(
                description = "How much its alerts matter; warning without it",
                enumeration = {"info", "warning", "critical"},
                examples = "critical")
        @Nullable
        String severity,

        @Schema(description = "Whom it tells by HTTP; the URL alone may stand for it") @Nullable
        Hook webhook) {
    static final String CONDITION = "{\"field\": \"/payload/temperature\", \"op\": \"gt\", \"value\": 80}";
    static final String CLEAR = "{\"field\": \"/payload/temperature\", \"op\": \"lt\", \"value\": 70}";

    /** A rule, whole. */
    static final String EXAMPLE = "{\"pattern\": \"oven:*\", \"condition\": " + CONDITION + ", \"clear\": " + CLEAR
            + ", \"for\": \"PT0S\", \"severity\": \"critical\"}";

    /** Its webhook. */
    @Schema(name = "NewAlertWebhook", description = "Whom a rule tells by HTTP", requiredProperties = "url")
    record Hook(
            @Schema(
                    description = "What to call: http or https, without user and password",
                    maxLength = 2000,
                    examples = "https://ops.example/alerts")
            String url,

            @Schema(
                    description = "What the calls are signed with; they are not without it",
                    minLength = 16,
                    maxLength = 256,
                    examples = "a-secret-of-the-webhook")
            @Nullable
            String secret) {}
}
