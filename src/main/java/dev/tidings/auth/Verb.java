package dev.tidings.auth;

import java.util.Locale;

/** What one may be permitted to do in a channel. */
public enum Verb {
    SUBSCRIBE,
    PUBLISH,
    HISTORY,
    PRESENCE,
    COMMAND,
    HANDLE,
    ADMIN;

    /** As in a token: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
