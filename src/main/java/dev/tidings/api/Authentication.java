package dev.tidings.api;

import dev.tidings.auth.Caller;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.OptionalLong;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, and holds callers to their rate. */
public class Authentication {
    private static final String CALLER = Caller.class.getName();
    private static final String BEARER = "bearer ";

    private final TokenVerifier verifier;
    private final RequestRates rates;

    Authentication(TokenVerifier verifier, RequestRates rates) {
        this.verifier = verifier;
        this.rates = rates;
    }

    /** Runs for every call of the API; what it returns ends the call. */
    @ServerRequestFilter
    @Nullable
    Response authenticate(ContainerRequestContext request) {
        if (!request.getUriInfo().getPath().startsWith("/api/")) {
            return null;
        }
        // Matrix parameters would be taken off the path, and a channel be taken for another.
        if (request.getUriInfo().getRequestUri().getRawPath().contains(";")) {
            return Problem.response(new Refusal(ErrorCode.INVALID_CHANNEL, "a path has no ; in it"));
        }
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Problem.response(
                    new Refusal(ErrorCode.UNAUTHENTICATED, "send a token: Authorization: Bearer and the token"));
        }
        try {
            Caller caller =
                    verifier.verify(authorization.substring(BEARER.length()).trim());
            request.setProperty(CALLER, caller);
            long waitMs = rates.tryTake(caller);
            return waitMs == 0
                    ? null
                    : Problem.response(new Refusal(
                            ErrorCode.RATE_LIMITED, "more calls a second than allowed", OptionalLong.of(waitMs)));
        } catch (Unauthenticated e) {
            return Problem.response(new Refusal(ErrorCode.UNAUTHENTICATED, String.valueOf(e.getMessage())));
        }
    }

    /** Who makes this call. */
    static Caller caller(ContainerRequestContext request) {
        return (Caller) request.getProperty(CALLER);
    }
}
