package dev.tidings.api.operator;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.operator.Connections;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A subject of the operator's tenant. */
@Path("/api/v1/subjects/{sub:.+}/disconnect")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Operators")
public class SubjectsResource {
    private final Connections connections;

    SubjectsResource(Connections connections) {
        this.connections = connections;
    }

    @POST
    @Operation(
            operationId = "disconnectSubject",
            summary = "Send a subject away",
            description = "Closes all connections of a subject of the tenant with 4403, on all instances. It may come"
                    + " again: to keep it out, revoke its tokens first. Needs admin:*.")
    @APIResponse(
            responseCode = "200",
            description = "They are being closed, if there were any",
            content =
                    @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DisconnectedAnswer.class)))
    @APIResponse(responseCode = "403", description = "The token does not permit admin:*")
    public CompletionStage<DisconnectedAnswer> disconnect(
            @Parameter(description = "The subject", example = "bob") @PathParam("sub") String sub,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        call.requireOperator();
        return connections.disconnectSubject(call.caller().tenant(), sub).thenApply(disconnected -> {
            OperatorLog.info(
                    call,
                    "disconnected subject \"" + Query.shown(sub) + "\", " + disconnected.count() + " connections"
                            + (disconnected.complete() ? "" : "; an instance did not answer"));
            return DisconnectedAnswer.of(disconnected);
        });
    }
}
