package dev.tidings.auth;

import dev.tidings.event.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose token was found good.
 *
 * @param subject the user
 * @param tenant whose channels they see
 * @param expiresAt when the token ends, in ms since the Unix epoch
 * @param permissions what they may do
 * @param info what others are shown of them besides the subject where they are present; null when that is nothing
 */
public record Caller(
        String subject,
        String tenant,
        long expiresAt,
        Permissions permissions,
        @Nullable Json info) {
    /** The permissions as a token would list them. */
    public List<String> permissionTexts() {
        return permissions.granted().stream().map(Permission::toString).toList();
    }
}
