package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.auth.AnonymousAccess;
import dev.tidings.auth.Caller;
import dev.tidings.connection.Said;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has not been let in yet, by what is known of them.
 *
 * @param authorization the header of their first request; null when it has none
 * @param address where they come from, as digits
 */
record Visitor(@Nullable String authorization, String address, AnonymousAccess anonymous) {
    private static final String BEARER = "bearer ";

    /** Lets the visitor in who shows this, or nothing where that is enough. */
    Said enter(@Nullable JsonNode auth) throws BadMessage {
        String id = new Ask("connect", null).id();
        String token = token(auth);
        if (token != null) {
            return new Said("connect", id, client -> client.handle(new ClientMessage.Authenticate(id, token)));
        }
        Caller anybody = anonymous
                .caller(address)
                .orElseThrow(() -> new BadMessage(
                        new Refusal(ErrorCode.UNAUTHENTICATED, "send a token: auth: {token}"), id, true));
        return new Said("connect", id, client -> client.letIn(anybody, id));
    }

    private @Nullable String token(@Nullable JsonNode auth) throws BadMessage {
        JsonNode token = auth == null ? null : auth.get("token");
        if (token != null && !token.isNull()) {
            if (!token.isTextual()) {
                throw new BadMessage(new Refusal(ErrorCode.INVALID_MESSAGE, "auth.token is a string"), null, true);
            }
            return token.textValue();
        }
        if (authorization == null) {
            return null;
        }
        return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? authorization.substring(BEARER.length()).trim()
                : "";
    }
}
