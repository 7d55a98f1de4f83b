package dev.tidings.api;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;

/** Ends a call with a problem. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Refused(ErrorCode code, String message) {
        this(new Refusal(code, message));
    }

    Refused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
