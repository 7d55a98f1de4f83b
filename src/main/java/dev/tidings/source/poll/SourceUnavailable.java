package dev.tidings.source.poll;

/**
 * A source could not be looked at, so nothing is known of it; which is something other than its being empty. The message
 * is the reason as clients are told it: no secrets, no addresses.
 */
public final class SourceUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public SourceUnavailable(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
