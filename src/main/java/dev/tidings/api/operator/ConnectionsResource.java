package dev.tidings.api.operator;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.api.call.Refused;
import dev.tidings.operator.Connections;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The connections of the operator's tenant, on all instances. */
@Path("/api/v1/connections")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Operators", description = "Connections and tokens, for those who may admin:*")
public class ConnectionsResource {
    private static final int DEFAULT_LIMIT = 100;

    private final Connections connections;

    ConnectionsResource(Connections connections) {
        this.connections = connections;
    }

    @GET
    @Operation(
            operationId = "connections",
            summary = "List connections",
            description = "The tenant's open connections on all instances, in the order of their ids. Needs admin:*.")
    @Parameter(
            name = "subject",
            in = ParameterIn.QUERY,
            description = "Only those of this subject",
            schema = @Schema(type = SchemaType.STRING),
            example = "ada")
    @Parameter(
            name = "behind",
            in = ParameterIn.QUERY,
            description = "True for those only whose lag is above 0",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"),
            example = "true")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only connections after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
    @APIResponse(
            responseCode = "200",
            description = "The connections",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = ConnectionList.class)))
    @APIResponse(responseCode = "403", description = "The token does not permit admin:*")
    public CompletionStage<ConnectionList> list(@Context RoutingContext context) {
        Call call = Call.of(context, "subject", "behind", "limit", "after");
        call.requireOperator();
        Query query = call.query();
        Connections.Selection selection = new Connections.Selection(
                call.caller().tenant(),
                query.text("subject"),
                query.flag("behind"),
                Objects.requireNonNullElse(query.text("after"), ""),
                (int) query.number("limit", 1, Connections.MAX_LIMIT, DEFAULT_LIMIT));
        return connections.list(selection).thenApply(ConnectionList::of);
    }

    @DELETE
    @Path("/{connection}")
    @Operation(
            operationId = "disconnect",
            summary = "Send a connection away",
            description = "Closes a connection of the tenant with 4403, on whatever instance it is. Needs admin:*.")
    @APIResponse(
            responseCode = "200",
            description = "It is being closed",
            content =
                    @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DisconnectedAnswer.class)))
    @APIResponse(responseCode = "403", description = "The token does not permit admin:*")
    @APIResponse(responseCode = "404", description = "The tenant has no such connection, or not any more")
    @APIResponse(responseCode = "503", description = "It was not found, and an instance did not answer")
    public CompletionStage<DisconnectedAnswer> disconnect(
            @Parameter(description = "Its id", example = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
                    @PathParam("connection")
                    String connection,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        call.requireOperator();
        return connections.disconnect(call.caller().tenant(), connection).thenApply(disconnected -> {
            if (disconnected.count() == 0) {
                throw disconnected.complete()
                        ? new Refused(ErrorCode.NOT_FOUND, "there is no such connection")
                        : new Refused(ErrorCode.UNAVAILABLE, "an instance did not answer");
            }
            OperatorLog.info(call, "disconnected connection " + connection);
            return DisconnectedAnswer.of(disconnected);
        });
    }
}
