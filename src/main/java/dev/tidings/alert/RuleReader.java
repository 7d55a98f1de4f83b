package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Condition;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.source.Keys;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads rules as their authors write them. What is impossible is told in words that name the member and what is allowed. */
public final class RuleReader {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int SHORTEST_SECRET = 16;
    private static final int LONGEST_SECRET = 256;
    private static final int LONGEST_URL = 2000;
    private static final List<String> MEMBERS = List.of("pattern", "condition", "clear", "for", "severity", "webhook");

    private RuleReader() {}

    /** @throws Invalid when it is not what a rule may be called */
    public static String id(String id) {
        if (!ID.matcher(id).matches()) {
            throw invalid("a rule's id is 1 to 64 letters, digits, ., _ and -, and begins with a letter or a digit");
        }
        return id;
    }

    /**
     * Reads {@code {pattern, condition, clear?, for?, severity?, webhook?}}.
     *
     * @throws Invalid when it is something else
     */
    public static AlertRule read(String id, JsonNode body) {
        if (!body.isObject()) {
            throw invalid("a rule is an object such as {\"pattern\": \"device:*\", \"condition\": {\"field\":"
                    + " \"/payload/patch/temperature\", \"op\": \"gt\", \"value\": 80}}");
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw invalid(
                        "a rule has no member \"" + Invalid.shown(name) + "\"; it has " + String.join(" ", MEMBERS));
            }
        });
        JsonNode condition = body.path("condition");
        if (absent(condition)) {
            throw invalid("condition is missing: what has to hold of an event, such as {\"field\": \"/payload/status\","
                    + " \"op\": \"eq\", \"value\": \"failed\"}");
        }
        JsonNode clear = body.path("clear");
        return new AlertRule(
                id(id),
                pattern(body.path("pattern")),
                condition("condition", condition),
                absent(clear) ? null : condition("clear", clear),
                holdFor(body.path("for")),
                severity(body.path("severity")),
                hook(body.path("webhook")),
                Json.of(condition),
                absent(clear) ? null : Json.of(clear));
    }

    private static ChannelPattern pattern(JsonNode pattern) {
        if (!pattern.isTextual()) {
            throw invalid("pattern is " + (absent(pattern) ? "missing" : "no string")
                    + ": the channels that the rule is about, such as device:*");
        }
        ChannelPattern read;
        try {
            read = new ChannelPattern(pattern.textValue());
        } catch (Invalid e) {
            throw new Invalid(e.what(), "pattern: " + e.getMessage());
        }
        if (read.namespace().equals(AlertRule.NAMESPACE)) {
            throw invalid("pattern: a rule is not about channels of alert, where rules tell what they find");
        }
        return read;
    }

    private static Condition condition(String member, JsonNode condition) {
        try {
            Condition read = Filter.condition(condition);
            Possible.require(read);
            return read;
        } catch (Invalid e) {
            throw new Invalid(e.what(), member + ": " + e.getMessage());
        }
    }

    private static Duration holdFor(JsonNode text) {
        if (absent(text)) {
            return Duration.ZERO;
        }
        try {
            Duration read = text.isTextual() ? Duration.parse(text.textValue()) : Duration.ofNanos(-1);
            if (!read.isNegative() && read.compareTo(LONGEST) <= 0 && read.toNanosPart() % 1_000_000 == 0) {
                return read;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Refused below, like one out of bounds.
        }
        throw invalid("for: found " + Invalid.shown(text.toString())
                + ", allowed is an ISO-8601 duration from PT0S to P7D, such as \"PT30S\", to the millisecond");
    }

    private static Severity severity(JsonNode text) {
        if (absent(text)) {
            return Severity.WARNING;
        }
        Severity severity = text.isTextual() ? Severity.of(text.textValue()) : null;
        if (severity == null) {
            throw invalid(
                    "severity: found " + Invalid.shown(text.toString()) + ", allowed are info, warning and critical");
        }
        return severity;
    }

    private static @Nullable RuleHook hook(JsonNode webhook) {
        if (absent(webhook)) {
            return null;
        }
        JsonNode url = webhook.isObject() ? webhook.path("url") : webhook;
        if (!url.isTextual() || url.textValue().length() > LONGEST_URL) {
            throw invalid("webhook is the URL to call, of at most " + LONGEST_URL
                    + " characters, or an object {\"url\": …, \"secret\": …}");
        }
        JsonNode secret = webhook.path("secret");
        boolean signs = webhook.isObject() && !absent(secret);
        if (signs
                && !(secret.isTextual()
                        && secret.textValue().length() >= SHORTEST_SECRET
                        && secret.textValue().length() <= LONGEST_SECRET)) {
            throw invalid("webhook.secret is a string of " + SHORTEST_SECRET + " to " + LONGEST_SECRET + " characters");
        }
        try {
            return new RuleHook(
                    new Keys("webhook").url(".url", Optional.of(url.textValue())), signs ? secret.textValue() : null);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
