package dev.tidings.protocol;

import java.util.Locale;

/** Why something was refused, in words that programs can tell apart. The same on every transport. */
public enum ErrorCode {
    UNAUTHENTICATED(false),
    FORBIDDEN(false),
    INVALID_MESSAGE(false),
    INVALID_CHANNEL(false),
    INVALID_FILTER(false),
    UNKNOWN_TYPE(false),
    NOT_FOUND(false),
    TOO_MANY_SUBSCRIPTIONS(false),
    RATE_LIMITED(true),
    MESSAGE_TOO_LARGE(false),
    CONFLICT(true),
    NO_HANDLER(true),
    TIMEOUT(true),
    UNAVAILABLE(true),
    INTERNAL(true);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** As on the wire: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when the same call may succeed later, unchanged. */
    public boolean retryable() {
        return retryable;
    }
}
