package dev.tidings.api;

import dev.tidings.event.Invalid;
import dev.tidings.log.LogUnavailable;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a call into a problem. Nothing of this code's inside gets out. */
public class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    Response refused(Refused refused) {
        return Problem.response(refused.refusal());
    }

    @ServerExceptionMapper
    Response invalid(Invalid invalid) {
        return Problem.response(Refusal.of(invalid));
    }

    @ServerExceptionMapper
    Response unavailable(LogUnavailable unavailable) {
        return Problem.response(new Refusal(ErrorCode.UNAVAILABLE, String.valueOf(unavailable.getMessage())));
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

    /** What the framework refuses: no such resource, method or media type, a parameter that is no number. */
    @ServerExceptionMapper
    Response framework(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        return switch (status) {
            case 404 -> Problem.response(404, new Refusal(ErrorCode.NOT_FOUND, "there is no such resource"));
            case 405 ->
                Problem.response(405, new Refusal(ErrorCode.INVALID_MESSAGE, "the resource has no such method"));
            case 406 ->
                Problem.response(
                        406,
                        new Refusal(
                                ErrorCode.INVALID_MESSAGE, "the resource cannot be had in a form that Accept allows"));
            case 413 -> Problem.response(413, new Refusal(ErrorCode.MESSAGE_TOO_LARGE, "the body is too large"));
            case 415 ->
                Problem.response(
                        415, new Refusal(ErrorCode.INVALID_MESSAGE, "the resource does not take this Content-Type"));
            default ->
                status < 500
                        ? Problem.response(status, new Refusal(ErrorCode.INVALID_MESSAGE, "the request is malformed"))
                        : unexpected(failure);
        };
    }

    @ServerExceptionMapper
    Response unexpected(Throwable failure) {
        LOG.errorf(failure, "call %s of %s failed", MDC.get("correlation"), MDC.get("subject"));
        return Problem.response(new Refusal(ErrorCode.INTERNAL, "something went wrong here"));
    }
}
