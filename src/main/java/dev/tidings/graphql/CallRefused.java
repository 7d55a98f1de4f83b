package dev.tidings.graphql;

import dev.tidings.protocol.Refusal;

/** What was asked for cannot be had. */
final class CallRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    CallRefused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
