package dev.tidings.api;

import dev.tidings.auth.Caller;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, holds callers to their rate, and marks what they are answered. */
public class Authentication {
    private static final Logger LOG = Logger.getLogger("dev.tidings.api");
    private static final String SUBJECT = "subject";
    private static final String CALLER = Caller.class.getName();
    private static final String BEARER = "bearer ";

    private final TokenVerifier verifier;
    private final RequestRates rates;
    private final CurrentVertxRequest current;

    Authentication(TokenVerifier verifier, RequestRates rates, CurrentVertxRequest current) {
        this.verifier = verifier;
        this.rates = rates;
        this.current = current;
    }

    /** Runs for every call of the API; what it returns ends the call. */
    @ServerRequestFilter
    @Nullable
    Response authenticate(ContainerRequestContext request) {
        if (!request.getUriInfo().getPath().startsWith("/api/")) {
            return null;
        }
        RequestId.of(request).note();
        // Matrix parameters have been taken off the path by now, and a channel would be taken for another.
        if (current.getCurrent().request().uri().matches("[^?]*;.*")) {
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
            MDC.put(SUBJECT, caller.subject() + '@' + caller.tenant());
            long waitMs = rates.tryTake(caller);
            return waitMs == 0
                    ? null
                    : Problem.response(new Refusal(
                            ErrorCode.RATE_LIMITED, "more calls a second than allowed", OptionalLong.of(waitMs)));
        } catch (Unauthenticated e) {
            return Problem.response(new Refusal(ErrorCode.UNAUTHENTICATED, String.valueOf(e.getMessage())));
        }
    }

    /** Nothing that the API answers is to be kept on the way; each answer bears the call's id. */
    @ServerResponseFilter
    void complete(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getUriInfo().getPath().startsWith("/api/")) {
            response.getHeaders()
                    .putSingle(RequestId.HEADER, RequestId.of(request).text());
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
            // Line breaks in a path would be encoded still: this one is as it came.
            LOG.debugf(
                    "call %s of %s: %s %s answered %d",
                    RequestId.of(request).text(),
                    MDC.get(SUBJECT),
                    request.getMethod(),
                    current.getCurrent().request().path(),
                    response.getStatus());
        }
    }

    /** Who makes this call. */
    static Caller caller(ContainerRequestContext request) {
        return (Caller) request.getProperty(CALLER);
    }
}
