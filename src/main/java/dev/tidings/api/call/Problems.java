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
        return refused(refusal(failure));
    }

    /** As what a caller is refused who met with a failure; one that is a fault of ours is logged. */
    static Refused refusal(Throwable failure) {
        return switch (failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure) {
            case LogUnavailable unavailable ->
                new Refused(ErrorCode.UNAVAILABLE, String.valueOf(unavailable.getMessage()));
            case Refused refused -> refused;
            case Invalid invalid -> new Refused(Refusal.of(invalid));
            case Throwable fault -> {
                LOG.errorf(fault, "call %s of %s failed", MDC.get("correlation"), MDC.get("subject"));
                yield new Refused(ErrorCode.INTERNAL, "something went wrong here");
            }
        };
    }
}
