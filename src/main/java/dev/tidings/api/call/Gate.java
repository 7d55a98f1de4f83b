package dev.tidings.api.call;

import dev.tidings.auth.AnonymousAccess;
import dev.tidings.auth.Caller;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.event.Invalid;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * What every call passes first: it is given an id, and it is found out who calls and whether they may so often. Sees the
 * request as it came, before the framework takes anything off it. Whatever goes round it has no caller, and is refused.
 */
@Singleton
class Gate {
    /** After cross-origin checks, if they are configured, and before everything else that answers. */
    private static final int PRIORITY = 250;

    private static final Logger LOG = Logger.getLogger("dev.tidings.api");
    private static final String BEARER = "bearer ";

    private final TokenVerifier verifier;
    private final AnonymousAccess anonymous;
    private final RequestRates rates;

    Gate(TokenVerifier verifier, AnonymousAccess anonymous, RequestRates rates) {
        this.verifier = verifier;
        this.anonymous = anonymous;
        this.rates = rates;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY).register(this::negotiate, PRIORITY - 50);
    }

    private void handle(RoutingContext context) {
        String path = String.valueOf(context.request().path());
        boolean api = path.startsWith("/api/");
        Methods methods = Methods.of(path);
        if (!api && methods == null) {
            context.next();
            return;
        }
        mark(context, path);
        HttpMethod method = context.request().method();
        if (methods != null && method.equals(HttpMethod.OPTIONS)) {
            var unused = context.response()
                    .setStatusCode(204)
                    .putHeader("Allow", methods.allow())
                    .end();
            return;
        }
        boolean passes = Problem.passes(context, () -> {
            if (api) {
                letIn(context, path);
            }
            if (methods != null) {
                methods.require(method.name());
            }
        });
        if (passes) {
            context.next();
        }
    }

    /** Gives the call its id, in its answer and on every line that is logged for it. */
    private static void mark(RoutingContext context, String path) {
        RequestId id = RequestId.of(context.request());
        HttpServerResponse response = context.response();
        response.putHeader(RequestId.HEADER, id.text()).putHeader("Cache-Control", "no-store");
        MDC.put("correlation", id.text());
        context.addEndHandler(ended -> {
            note(context, id, path);
            MDC.remove("correlation");
            MDC.remove("subject");
        });
    }

    /** Line breaks in the path would be encoded still: it is as it came. */
    private static void note(RoutingContext context, RequestId id, String path) {
        if (LOG.isDebugEnabled()) {
            String subject = Call.subjectOf(context);
            MDC.put("correlation", id.text());
            MDC.put("subject", subject);
            LOG.debugf(
                    "call %s of %s: %s %s answered %d",
                    id.text(),
                    subject,
                    context.request().method(),
                    path,
                    context.response().getStatusCode());
        }
    }

    private void letIn(RoutingContext context, String path) {
        if (path.indexOf(';') >= 0) {
            // What follows it would be taken off the path, and the channel be taken for another.
            throw new Invalid(Invalid.What.CHANNEL, "a path has no ; in it");
        }
        Caller caller = authenticate(context.request());
        Call.note(context, caller);
        MDC.put("subject", Call.subjectOf(context));
        long waitMs = rates.tryTake(caller);
        if (waitMs > 0) {
            throw new Refused(
                    new Refusal(ErrorCode.RATE_LIMITED, "more calls a second than allowed", OptionalLong.of(waitMs)));
        }
    }

    private Caller authenticate(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        SocketAddress address = request.remoteAddress();
        if (authorization == null && address != null) {
            return anonymous.caller(String.valueOf(address.hostAddress())).orElseThrow(Gate::withoutToken);
        }
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw withoutToken();
        }
        try {
            return verifier.verify(authorization.substring(BEARER.length()).trim());
        } catch (Unauthenticated e) {
            throw new Refused(ErrorCode.UNAUTHENTICATED, String.valueOf(e.getMessage()));
        }
    }

    private static Refused withoutToken() {
        return new Refused(ErrorCode.UNAUTHENTICATED, "send a token: Authorization: Bearer and the token");
    }

    /** Comes after streams have been taken out: what goes on from here has a bounded body, and is answered in JSON. */
    private void negotiate(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean inJson = Methods.of(String.valueOf(request.path())) != null;
        boolean passes = Problem.passes(context, () -> {
            Body.requireBounded(request);
            if (inJson) {
                MediaTypes.requireAccepted(request, MediaTypes.JSON);
            }
        });
        if (passes) {
            if (inJson) {
                // Settled here. The framework would fail where the header is malformed.
                request.headers().remove("Accept");
            }
            context.next();
        }
    }
}
