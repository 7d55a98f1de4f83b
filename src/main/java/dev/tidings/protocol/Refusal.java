package dev.tidings.protocol;

import dev.tidings.event.Invalid;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An error as a client is told it.
 *
 * @param message what was wrong and what is allowed
 * @param retryAfterMs when it makes sense to try again, if that is known
 * @param at a JSON Pointer to what is wrong, if it does not hold to a schema
 */
public record Refusal(
        ErrorCode code,
        String message,
        OptionalLong retryAfterMs,
        @Nullable String at) {
    public Refusal(ErrorCode code, String message, OptionalLong retryAfterMs) {
        this(code, message, retryAfterMs, null);
    }

    /** One of something that does not hold to its schema, which is to be found there. */
    public static Refusal inadmissible(String message, String at) {
        return new Refusal(ErrorCode.INVALID_MESSAGE, message, OptionalLong.empty(), at);
    }

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
