package dev.tidings.api.call;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;

/** Ends a call with a problem. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public Refused(ErrorCode code, String message) {
        this(new Refusal(code, message));
    }

    Refused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
