package dev.tidings.api.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why a call failed (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Problem",
        description = "Why a call failed (RFC 9457)",
        requiredProperties = {"type", "title", "status", "detail", "code", "retryable"})
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

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final long DEFAULT_RETRY_MS = 1000;

    /** What a program needs to do better. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ProblemDetails", description = "What a program needs to do better")
    public record Details(
            @Schema(description = "When to try again, in ms", examples = "120") @Nullable
            Long retry_after_ms,

            @Schema(
                    description = "Where an event or a state does not hold to its schema: a JSON Pointer into it",
                    examples = "/payload/speed")
            @Nullable
            String at) {
        /** What there is to say of a refusal; null when that is nothing. */
        public static @Nullable Details of(Refusal refusal) {
            Long retryAfterMs = refusal.retryAfterMs().isPresent()
                    ? (Long) refusal.retryAfterMs().getAsLong()
                    : null;
            return retryAfterMs == null && refusal.at() == null ? null : new Details(retryAfterMs, refusal.at());
        }
    }

    static Problem of(int status, Refusal refusal) {
        return new Problem(
                "about:blank",
                HttpResponseStatus.valueOf(status).reasonPhrase(),
                status,
                refusal.message(),
                refusal.code().text(),
                refusal.code().retryable(),
                Details.of(refusal));
    }

    /** One with this status, as the description of the API shows it. */
    public static Map<String, Object> example(int status) {
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(each -> statusOf(each) == status)
                .findFirst()
                .orElse(ErrorCode.INVALID_MESSAGE);
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", "about:blank");
        example.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        example.put("status", status);
        example.put("detail", "what was wrong, and what is allowed");
        example.put("code", code.text());
        example.put("retryable", code.retryable());
        return example;
    }

    /** The answer of a resource. */
    static Response response(Refused refused) {
        Response.ResponseBuilder response =
                Response.status(refused.status()).type(MEDIA_TYPE).entity(of(refused.status(), refused.refusal()));
        headers(refused).forEach(response::header);
        return response.build();
    }

    /** Runs checks where no resource has the call yet; false when one of them has refused it, and it is answered. */
    public static boolean passes(RoutingContext context, Runnable checks) {
        try {
            checks.run();
            return true;
        } catch (Refused refused) {
            send(context, refused);
        } catch (Invalid invalid) {
            send(context, new Refused(Refusal.of(invalid)));
        }
        return false;
    }

    /** Answers a call that failed where no resource has it; not when it has been answered, or its caller has gone. */
    public static void answer(RoutingContext context, Throwable failure) {
        if (!context.response().ended() && !context.response().closed()) {
            send(context, Problems.refusal(failure));
        }
    }

    private static void send(RoutingContext context, Refused refused) {
        HttpServerResponse response = context.response();
        response.setStatusCode(refused.status()).putHeader("Content-Type", MEDIA_TYPE);
        headers(refused).forEach(response::putHeader);
        try {
            byte[] json = Json.MAPPER.writeValueAsBytes(of(refused.status(), refused.refusal()));
            // It may be that the caller has gone.
            var unused = response.end(Buffer.buffer(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        Body.discard(context.request());
    }

    private static Map<String, String> headers(Refused refused) {
        Map<String, String> headers = new LinkedHashMap<>(refused.headers());
        if (refused.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        if (refused.status() == 429 || refused.status() == 503) {
            long waitMs = refused.refusal().retryAfterMs().orElse(DEFAULT_RETRY_MS);
            headers.put("Retry-After", Long.toString(Math.max(1, Math.ceilDiv(waitMs, 1000))));
        }
        return headers;
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
