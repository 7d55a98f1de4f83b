package dev.tidings.command;

import dev.tidings.event.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * What handlers of an instance answer.
 *
 * @param name of the one handler that is configured so, and may be configured alike on other instances; null for connections
 */
record Offer(
        String tenant, ChannelPattern pattern, @Nullable String name) {}
