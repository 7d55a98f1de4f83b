package dev.tidings.protocol;

import org.jspecify.annotations.Nullable;

/** A message that cannot be understood. */
public final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final @Nullable String id;
    private final boolean envelope;

    /**
     * @param id of the message, where it could be read
     * @param envelope true when it was an envelope at least: an object with a type
     */
    public BadMessage(Refusal refusal, @Nullable String id, boolean envelope) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
        this.id = id;
        this.envelope = envelope;
    }

    public Refusal refusal() {
        return refusal;
    }

    public @Nullable String id() {
        return id;
    }

    public boolean isEnvelope() {
        return envelope;
    }
}
