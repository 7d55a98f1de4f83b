package dev.tidings.api.call;

import dev.tidings.event.Invalid;
import dev.tidings.log.LogUnavailable;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a call into a problem. Nothing of this code's inside gets out. */
public class Problems {
    private static final Logger LOG = Logger.getLogger("dev.tidings.api");

    private final CurrentVertxRequest current;

    Problems(CurrentVertxRequest current) {
        this.current = current;
    }

    @ServerExceptionMapper
    Response refused(Refused refused) {
        Body.discard(current.getCurrent().request());
        return Problem.response(refused);
    }

    @ServerExceptionMapper
    Response invalid(Invalid invalid) {
        return refused(new Refused(Refusal.of(invalid)));
    }

    @ServerExceptionMapper
    Response unavailable(LogUnavailable unavailable) {
        return refused(new Refused(ErrorCode.UNAVAILABLE, String.valueOf(unavailable.getMessage())));
    }

    @ServerExceptionMapper
    Response completed(CompletionException completion) {
        return switch (completion.getCause()) {
            case LogUnavailable unavailable -> unavailable(unavailable);
            case Refused refused -> refused(refused);
            case Invalid invalid -> invalid(invalid);
            case null, default -> unexpected(completion);
        };
    }

    /** What the framework refuses: there is no such resource, or it has no such method. */
    @ServerExceptionMapper
    Response framework(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        return switch (status) {
            case 404 -> refused(new Refused(ErrorCode.NOT_FOUND, "there is no such resource"));
            case 405 -> refused(noSuchMethod());
            default ->
                status < 500
                        ? refused(new Refused(
                                status, new Refusal(ErrorCode.INVALID_MESSAGE, "the request is malformed"), Map.of()))
                        : unexpected(failure);
        };
    }

    private Refused noSuchMethod() {
        RoutingContext context = current.getCurrent();
        String methods = Methods.of(context.normalizedPath());
        String allowed = methods == null ? "" : methods;
        return new Refused(
                405,
                new Refusal(
                        ErrorCode.INVALID_MESSAGE,
                        "the resource has no method " + context.request().method() + "; it has " + allowed),
                Map.of("Allow", allowed));
    }

    @ServerExceptionMapper
    Response unexpected(Throwable failure) {
        LOG.errorf(failure, "call %s of %s failed", MDC.get("correlation"), MDC.get("subject"));
        return refused(new Refused(ErrorCode.INTERNAL, "something went wrong here"));
    }
}
