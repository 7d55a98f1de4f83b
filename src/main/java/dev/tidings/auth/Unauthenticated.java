package dev.tidings.auth;

/** A token that is missing or no good. The message says why, and is fit for whoever sent it. */
public final class Unauthenticated extends Exception {
    private static final long serialVersionUID = 1L;

    public Unauthenticated(String message) {
        // A bad token is the caller's doing; where in this code it was noticed helps nobody.
        super(message, null, false, false);
    }
}
