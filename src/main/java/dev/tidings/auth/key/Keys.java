package dev.tidings.auth.key;

import java.security.Key;
import org.jspecify.annotations.Nullable;

/** Keys to verify tokens with. */
interface Keys {
    /**
     * The key that a token was signed with, or null when it is not among these.
     *
     * @param id the {@code kid} of the token's header; null when it has none
     */
    @Nullable
    Key find(@Nullable String id);
}
