package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Condition;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When an alert is raised, and when it clears.
 *
 * @param id what it is called; its events are in the channel {@code alert:<id>}
 * @param pattern the channels it is about, each by itself
 * @param clear what ends an alert; null when it ends as soon as the condition does not hold
 * @param holdFor how long the condition must hold, 0 for not at all
 * @param hook whom it tells by HTTP; null for nobody
 * @param conditionText the condition as it was written
 * @param clearText likewise
 */
public record AlertRule(
        String id,
        ChannelPattern pattern,
        Condition condition,
        @Nullable Condition clear,
        Duration holdFor,
        Severity severity,
        @Nullable RuleHook hook,
        Json conditionText,
        @Nullable Json clearText) {
    /** The namespace of the channels in which alerts are told. */
    public static final String NAMESPACE = "alert";

    /** The channel in which its alerts are told. */
    public Channel channel() {
        return Channel.of(NAMESPACE, id);
    }

    /** True when an event makes the condition hold: as in a filter. */
    boolean holds(Event event) {
        return Truth.holds(condition, event);
    }

    /** True when an event says that the condition does not hold any more; one that does not speak of it says nothing. */
    boolean fails(Event event) {
        if (event.type().equals(Event.STATE_DELETED) && looksAtState()) {
            return true;
        }
        return Truth.of(condition, event, Truth.speaksByEnvelope(condition)) == Truth.FAILS;
    }

    /** True when an event ends an alert that is raised. One that fulfils both conditions does not. */
    boolean clears(Event event) {
        return clear == null ? fails(event) : Truth.holds(clear, event) && !holds(event);
    }

    /** True when both would raise and clear the same. */
    boolean watchesLike(AlertRule other) {
        return pattern.equals(other.pattern)
                && conditionText.equals(other.conditionText)
                && holdFor.equals(other.holdFor)
                && Objects.equals(clearText, other.clearText);
    }

    private boolean looksAtState() {
        return Truth.leaves(condition).anyMatch(leaf -> leaf.field().toString().startsWith("/payload/patch"));
    }

    /** As {@link RuleReader} reads it. */
    ObjectNode write() {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        written.put("pattern", pattern.text());
        // As texts: in a state that is merged, members that are null would be lost.
        written.put("condition", conditionText.toString());
        if (clearText != null) {
            written.put("clear", clearText.toString());
        }
        written.put("for", holdFor.toString()).put("severity", severity.text());
        if (hook != null) {
            ObjectNode webhook =
                    written.putObject("webhook").put("url", hook.url().toString());
            if (hook.secret() != null) {
                webhook.put("secret", hook.secret());
            }
        }
        return written;
    }

    /** What {@link #write} has written. */
    static AlertRule read(String id, JsonNode written) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        written.properties().forEach(member -> body.set(member.getKey(), member.getValue()));
        for (String name : new String[] {"condition", "clear"}) {
            if (body.has(name)) {
                body.set(name, Json.parse(body.path(name).asText()).tree());
            }
        }
        return RuleReader.read(id, body);
    }
}
