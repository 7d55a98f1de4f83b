package dev.tidings.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why a call failed (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "Why a call failed (RFC 9457)")
public record Problem(
        @Schema(description = "Always about:blank: the code tells the kind", examples = "about:blank")
        String type,

        @Schema(description = "The status in words", examples = "Forbidden")
        String title,

        @Schema(description = "The HTTP status", examples = "403")
        int status,

        @Schema(description = "What was wrong and what is allowed", examples = "the token does not permit publish:a:1")
        String detail,

        @Schema(
                description = "The code that programs can tell apart; the same as on WebSockets",
                examples = "forbidden")
        String code,

        @Schema(description = "True when the same call may succeed later", examples = "false")
        boolean retryable,

        @Schema(description = "More, where there is more to say") @Nullable
        Details details) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** What a program needs to try again. */
    @Schema(description = "What a program needs to try again")
    public record Details(
            @Schema(description = "When to try again, in ms", examples = "120")
            long retry_after_ms) {}

    static Response response(Refusal refusal) {
        return response(statusOf(refusal.code()), refusal);
    }

    static Response response(int status, Refusal refusal) {
        Response.Status known = Response.Status.fromStatusCode(status);
        Problem problem = new Problem(
                "about:blank",
                known == null ? "Error" : known.getReasonPhrase(),
                status,
                refusal.message(),
                refusal.code().text(),
                refusal.code().retryable(),
                refusal.retryAfterMs().isPresent()
                        ? new Details(refusal.retryAfterMs().getAsLong())
                        : null);
        Response.ResponseBuilder response =
                Response.status(status).type(MEDIA_TYPE).entity(problem);
        if (status == 401) {
            response.header("WWW-Authenticate", "Bearer");
        }
        if (status == 429 || status == 503) {
            response.header("Retry-After", Math.max(1, refusal.retryAfterMs().orElse(1000) / 1000));
        }
        return response.build();
    }

    static int statusOf(ErrorCode code) {
        return switch (code) {
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case INVALID_MESSAGE, INVALID_CHANNEL, INVALID_FILTER, UNKNOWN_TYPE -> 400;
            case NOT_FOUND, NO_HANDLER -> 404;
            case CONFLICT -> 412;
            case MESSAGE_TOO_LARGE -> 413;
            case TOO_MANY_SUBSCRIPTIONS, RATE_LIMITED -> 429;
            case TIMEOUT -> 504;
            case UNAVAILABLE -> 503;
            case INTERNAL -> 500;
        };
    }
}
