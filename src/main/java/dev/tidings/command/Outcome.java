package dev.tidings.command;

import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;

/** What became of a request. */
public sealed interface Outcome {
    /** How it ended, in a word: {@code ok}, {@code error}, {@code timeout}, or the code of the refusal. */
    String status();

    /**
     * It was given to a handler, which has answered, has gone, or has not answered in time.
     *
     * @param id the command's
     */
    record Ended(String id, CommandResult result) implements Outcome {
        @Override
        public String status() {
            return result.status().text();
        }
    }

    /** Nobody has been given it. */
    record Refused(ErrorCode code, String reason) implements Outcome {
        @Override
        public String status() {
            return code.text();
        }
    }
}
