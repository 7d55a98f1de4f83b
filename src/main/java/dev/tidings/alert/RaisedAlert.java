package dev.tidings.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Channel;
import org.jspecify.annotations.Nullable;

/**
 * An alert that is raised.
 *
 * @param rule the rule's id
 * @param channel where its condition holds
 * @param since since when, in ms since the Unix epoch
 * @param raisedAt when it was raised, in ms since the Unix epoch
 * @param value what the event that began it shows; null for nothing
 */
public record RaisedAlert(
        String rule,
        Channel channel,
        Severity severity,
        long since,
        long raisedAt,
        boolean acknowledged,
        @Nullable JsonNode value) {}
