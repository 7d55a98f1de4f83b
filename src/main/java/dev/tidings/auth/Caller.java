package dev.tidings.auth;

import dev.tidings.event.Json;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose token was found good, or who needs none.
 *
 * @param subject the user; empty for those without a token, as no token's can be
 * @param tenant whose channels they see
 * @param expiresAt when the token ends, in ms since the Unix epoch
 * @param permissions what they may do
 * @param info what others are shown of them besides the subject where they are present; null when that is nothing
 * @param origin what they are known by
 */
public record Caller(
        String subject,
        String tenant,
        long expiresAt,
        Permissions permissions,
        @Nullable Json info,
        Origin origin) {
    /** What a caller is known by. */
    public sealed interface Origin {
        /**
         * A token.
         *
         * @param id its {@code jti}; null when it has none
         * @param issuedAt its {@code iat}, in ms since the Unix epoch
         */
        record Token(@Nullable String id, OptionalLong issuedAt) implements Origin {}

        /** No more than where the call comes from. */
        record Address(String text) implements Origin {}
    }

    /** True for those without a token. */
    public boolean isAnonymous() {
        return origin instanceof Origin.Address;
    }

    /** Whose limits are used up: the subject's; without a token the address's, which is no subject's name. */
    public String countedAs() {
        return switch (origin) {
            case Origin.Token token -> subject;
            case Origin.Address(String text) -> '\n' + text;
        };
    }

    /** The permissions as a token would list them. */
    public List<String> permissionTexts() {
        return permissions.granted().stream().map(Permission::toString).toList();
    }
}
