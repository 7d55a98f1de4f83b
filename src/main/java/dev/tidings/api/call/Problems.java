package dev.tidings.api.call;

import dev.tidings.event.Invalid;
import dev.tidings.log.LogUnavailable;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
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

    /** What the framework refuses: there is no such resource. */
    @ServerExceptionMapper
    Response framework(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        return switch (status) {
            case 404 -> refused(new Refused(ErrorCode.NOT_FOUND, "there is no such resource"));
            default ->
                status < 500
                        ? refused(new Refused(
                                status, new Refusal(ErrorCode.INVALID_MESSAGE, "the request is malformed"), Map.of()))
                        : unexpected(failure);
        };
    }

    @ServerExceptionMapper
    Response unexpected(Throwable failure) {
        LOG.errorf(failure, "call %s of %s failed", MDC.get("correlation"), MDC.get("subject"));
        return refused(new Refused(ErrorCode.INTERNAL, "something went wrong here"));
    }
}
