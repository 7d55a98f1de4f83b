package dev.tidings.protocol;

import dev.tidings.event.Invalid;
import java.util.OptionalLong;

/**
 * An error as a client is told it.
 *
 * @param message what was wrong and what is allowed
 * @param retryAfterMs when it makes sense to try again, if that is known
 */
public record Refusal(ErrorCode code, String message, OptionalLong retryAfterMs) {
    public Refusal(ErrorCode code, String message) {
        this(code, message, OptionalLong.empty());
    }

    /** The refusal that bad input deserves. */
    public static Refusal of(Invalid invalid) {
        ErrorCode code = switch (invalid.what()) {
            case CHANNEL -> ErrorCode.INVALID_CHANNEL;
            case FILTER -> ErrorCode.INVALID_FILTER;
            case MESSAGE -> ErrorCode.INVALID_MESSAGE;
        };
        return new Refusal(code, invalid.getMessage() == null ? code.text() : invalid.getMessage());
    }
}
