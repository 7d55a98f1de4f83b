package dev.tidings.command;

import dev.tidings.protocol.CommandResult;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended.
 *
 * @param handler who had it; null when it is not known
 */
record Answer(CommandResult result, @Nullable String handler) {}
