package dev.tidings.api.access;

import dev.tidings.api.call.Authentication;
import dev.tidings.auth.Permission;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the caller may do. */
@Path("/api/v1/permissions")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Permissions", description = "What the caller may do")
public class PermissionsResource {
    @GET
    @Operation(
            operationId = "permissions",
            summary = "May I?",
            description = "Tells whether the caller's token permits something, and which of its permissions does.")
    @APIResponse(
            responseCode = "200",
            description = "Yes or no, and why",
            content = @Content(schema = @Schema(implementation = PermissionAnswer.class)))
    public PermissionAnswer explain(
            @Parameter(description = "What is to be done", example = "subscribe") @QueryParam("verb") @Nullable
                    String verb,
            @Parameter(description = "The channel or pattern it is to be done in", example = "agent:42")
                    @QueryParam("channel")
                    @Nullable
                    String channel,
            @Context ContainerRequestContext request) {
        Verb wanted = Arrays.stream(Verb.values())
                .filter(each -> each.text().equals(verb))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        Invalid.What.MESSAGE,
                        "verb is one of subscribe publish history presence command handle admin"));
        ChannelPattern where = new ChannelPattern(channel == null ? "" : channel);
        Permission because = Authentication.caller(request).permissions().because(wanted, where);
        return new PermissionAnswer(
                because != null, wanted.text(), where.text(), because == null ? null : because.toString());
    }
}
