package dev.tidings.command;

import dev.tidings.protocol.CommandResult;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended.
 *
 * @param handler who had it; null when it is not known
 */
record Answer(CommandResult result, @Nullable String handler) {
    /** Nobody has answered who could have. */
    static Answer gone(String why) {
        return new Answer(CommandResult.failed(CommandResult.Failure.HANDLER_GONE, why), null);
    }

    /** Nobody has answered in time. */
    static Answer late(int timeoutMs) {
        return new Answer(
                CommandResult.failed(CommandResult.Failure.TIMEOUT, "there was no answer within " + timeoutMs + " ms"),
                null);
    }
}
