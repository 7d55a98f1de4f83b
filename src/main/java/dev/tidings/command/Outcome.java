package dev.tidings.command;

import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;

/** What became of a request. */
public sealed interface Outcome {
    /**
     * It was given to a handler, which has answered, has gone, or has not answered in time.
     *
     * @param id the command's
     */
    record Ended(String id, CommandResult result) implements Outcome {}

    /** Nobody has been given it. */
    record Refused(ErrorCode code, String reason) implements Outcome {}
}
