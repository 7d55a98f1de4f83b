package dev.tidings.graphql;

import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.RequestRates;
import dev.tidings.auth.AnonymousAccess;
import dev.tidings.auth.Caller;
import dev.tidings.auth.TokenVerifier;
import dev.tidings.auth.Unauthenticated;
import dev.tidings.connection.Services;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Takes the requests at {@code /graphql} that do not become WebSockets: queries and mutations, and who asks for the schema. */
@Singleton
class GraphQlRequests {
    /** Before the framework, which knows nothing of them. */
    private static final int PRIORITY = 240;

    private static final String PATH = "/graphql";
    private static final String SCHEMA_PATH = "/graphql/schema.graphql";
    private static final String BEARER = "bearer ";

    private final Engine engine;
    private final TokenVerifier verifier;
    private final AnonymousAccess anonymous;
    private final RequestRates rates;
    private final GraphQlObserver observer;
    private final Instance<Services> services;

    /** @param services made when the settings are known to work */
    GraphQlRequests(
            Engine engine,
            TokenVerifier verifier,
            AnonymousAccess anonymous,
            RequestRates rates,
            GraphQlObserver observer,
            Instance<Services> services) {
        this.engine = engine;
        this.verifier = verifier;
        this.anonymous = anonymous;
        this.rates = rates;
        this.observer = observer;
        this.services = services;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = String.valueOf(request.path());
        boolean upgrades = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
        if (path.equals(PATH) && !upgrades) {
            if (allows(request, List.of(HttpMethod.POST))) {
                time(request.response());
                begin(request);
            }
        } else if (path.equals(SCHEMA_PATH)) {
            if (allows(request, List.of(HttpMethod.GET, HttpMethod.HEAD))) {
                var unused = request.response()
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .putHeader("Cache-Control", "no-cache")
                        .end(Engine.schema());
            }
        } else {
            context.next();
        }
    }

    /** False when it has been answered: it asks what is allowed, or for something else. */
    private static boolean allows(HttpServerRequest request, List<HttpMethod> methods) {
        if (methods.contains(request.method())) {
            return true;
        }
        String allowed =
                String.join(", ", methods.stream().map(HttpMethod::name).toList()) + ", OPTIONS";
        request.response().putHeader("Allow", allowed);
        if (request.method().equals(HttpMethod.OPTIONS)) {
            var unused = request.response().setStatusCode(204).end();
        } else {
            new HttpAnswer(request)
                    .refuse(405, new Refusal(ErrorCode.INVALID_MESSAGE, "the methods here are " + allowed));
        }
        return false;
    }

    private void time(HttpServerResponse response) {
        long began = System.nanoTime();
        response.bodyEndHandler(ended -> observer.answered(response.getStatusCode(), System.nanoTime() - began));
    }

    private void begin(HttpServerRequest request) {
        HttpAnswer answer = new HttpAnswer(request);
        Caller caller;
        try {
            caller = caller(request);
        } catch (Unauthenticated who) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            answer.refuse(401, new Refusal(ErrorCode.UNAUTHENTICATED, String.valueOf(who.getMessage())));
            return;
        }
        long waitMs = rates.tryTake(caller);
        if (waitMs > 0) {
            answer.refuse(
                    429,
                    new Refusal(ErrorCode.RATE_LIMITED, "more calls a second than allowed", OptionalLong.of(waitMs)));
            return;
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (!MediaTypes.essence(type).equals(MediaTypes.JSON)) {
            answer.refuse(415, new Refusal(ErrorCode.INVALID_MESSAGE, "Content-Type is " + MediaTypes.JSON));
            return;
        }
        new HttpCall(engine, caller, answer)
                .read(request, services.get().settings().messageBytes());
    }

    private Caller caller(HttpServerRequest request) throws Unauthenticated {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            return anonymous
                    .caller(address(request.remoteAddress()))
                    .orElseThrow(() -> new Unauthenticated("send a token: Authorization: Bearer and the token"));
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw new Unauthenticated("Authorization is Bearer and a token");
        }
        return verifier.verify(authorization.substring(BEARER.length()).trim());
    }

    private static String address(@Nullable SocketAddress remote) {
        return remote == null ? "?" : String.valueOf(remote.hostAddress());
    }
}
