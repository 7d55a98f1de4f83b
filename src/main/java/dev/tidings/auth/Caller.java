package dev.tidings.auth;

import java.util.List;

/**
 * Somebody whose token was found good.
 *
 * @param subject the user
 * @param tenant whose channels they see
 * @param expiresAt when the token ends, in ms since the Unix epoch
 * @param permissions what they may do
 */
public record Caller(String subject, String tenant, long expiresAt, Permissions permissions) {
    /** The permissions as a token would list them. */
    public List<String> permissionTexts() {
        return permissions.granted().stream().map(Permission::toString).toList();
    }
}
