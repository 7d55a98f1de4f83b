package dev.tidings.api.operator;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.auth.Revocation.Target;
import dev.tidings.operator.RevocationLog;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tokens of the operator's tenant. */
@Path("/api/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Operators")
public class TokensResource {
    private static final long MAX_BODY = 16 << 10;

    private final RevocationLog revocations;
    private final Clock clock;

    TokensResource(RevocationLog revocations, Clock clock) {
        this.revocations = revocations;
        this.clock = clock;
    }

    @POST
    @Path("/revoke")
    @Operation(
            operationId = "revoke",
            summary = "Revoke tokens",
            description =
                    "Refuses a token, or all tokens of a subject, of the tenant until a time, on all instances and"
                            + " over restarts. Connections that have shown one are closed with 4401. What was said of the same"
                            + " jti or sub before is replaced: a later call may move its end. Needs admin:*.")
    @RequestBody(
            description = "Which tokens, and until when",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = RevocationBody.class),
                            examples = {
                                @ExampleObject(
                                        name = "token",
                                        summary = "One token",
                                        value = "{\"jti\": \"8f14e45f-ceea-467f\", \"until\": 4102444800000}"),
                                @ExampleObject(
                                        name = "subject",
                                        summary = "All tokens of a subject that it has by now",
                                        value = "{\"sub\": \"bob\", \"until\": 4102444800000,"
                                                + " \"issued_before\": 1704067200000}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "Stored, and refused here from now on; on the other instances in a moment",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = RevocationBody.class)))
    @APIResponse(responseCode = "403", description = "The token does not permit admin:*")
    @APIResponse(responseCode = "503", description = "The log cannot be reached; nothing was revoked")
    public CompletionStage<RevocationBody> revoke(@Context RoutingContext context) {
        Call call = Call.of(context);
        call.requireOperator();
        return call.body(MAX_BODY, MediaTypes.JSON).thenCompose(bytes -> {
            RevocationBody body = RevocationBody.read(bytes, clock.millis());
            Target target = body.target(call.caller().tenant());
            return revocations.revoke(target, body.revocation()).thenApply(revoked -> {
                OperatorLog.info(call, "revoked tokens with " + described(target, body));
                return body;
            });
        });
    }

    private static String described(Target target, RevocationBody body) {
        return target.kind().text() + " \"" + target.name() + "\" until " + Instant.ofEpochMilli(body.until())
                + (body.issued_before() == null ? "" : ", issued before " + Instant.ofEpochMilli(body.issued_before()));
    }
}
