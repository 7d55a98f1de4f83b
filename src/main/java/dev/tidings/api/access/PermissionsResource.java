package dev.tidings.api.access;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.auth.Permission;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the caller may do. */
@Path("/api/v1/permissions")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Permissions", description = "What the caller may do")
public class PermissionsResource {
    private static final String VERBS = "subscribe publish history presence command handle admin";

    @GET
    @Operation(
            operationId = "permissions",
            summary = "May I?",
            description = "Tells whether the caller's token permits something, and which of its permissions does.")
    @Parameter(
            name = "verb",
            in = ParameterIn.QUERY,
            required = true,
            description = "What is to be done",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"subscribe", "publish", "history", "presence", "command", "handle", "admin"
                            }),
            example = "subscribe")
    @Parameter(
            name = "channel",
            in = ParameterIn.QUERY,
            required = true,
            description = "The channel or pattern it is to be done in",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent:42")
    @APIResponse(
            responseCode = "200",
            description = "Yes or no, and why",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = PermissionAnswer.class)))
    public PermissionAnswer explain(@Context RoutingContext context) {
        Call call = Call.of(context, "verb", "channel");
        Verb verb = verb(call.query().required("verb", "one of " + VERBS));
        ChannelPattern where = new ChannelPattern(call.query().required("channel", "a channel or a pattern"));
        Permission because = call.caller().permissions().because(verb, where);
        return new PermissionAnswer(
                because != null, verb.text(), where.text(), because == null ? null : because.toString());
    }

    private static Verb verb(String text) {
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        Invalid.What.MESSAGE, "verb: found \"" + Query.shown(text) + "\", allowed is one of " + VERBS));
    }
}
