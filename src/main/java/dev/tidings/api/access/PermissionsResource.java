package dev.tidings.api.access;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.auth.Grants;
import dev.tidings.auth.Permission;
import dev.tidings.auth.Permissions;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.intake.IntakeSettings;
import dev.tidings.intake.NamespaceRules;
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
    private static final int MAX_SUBJECT = 128;

    private final Grants grants;
    private final NamespaceRules rules;

    PermissionsResource(Grants grants, IntakeSettings intake) {
        this.grants = grants;
        this.rules = intake.rules();
    }

    @GET
    @Operation(
            operationId = "permissions",
            summary = "May I?",
            description = "Tells whether the caller may do something, and why: which permission of its token allows it,"
                    + " or whom the namespace has publish instead. With"
                    + " subject: whether a token of that subject with these permissions and roles would, which needs"
                    + " admin:*.")
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
    @Parameter(
            name = "subject",
            in = ParameterIn.QUERY,
            description = "Somebody else",
            schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = MAX_SUBJECT),
            example = "bob")
    @Parameter(
            name = "permission",
            in = ParameterIn.QUERY,
            description = "With subject: a permission as its token lists it; may be repeated",
            schema = @Schema(type = SchemaType.STRING),
            example = "subscribe:agent:*")
    @Parameter(
            name = "role",
            in = ParameterIn.QUERY,
            description = "With subject: a role as its token lists it; may be repeated",
            schema = @Schema(type = SchemaType.STRING),
            example = "operator")
    @APIResponse(responseCode = "403", description = "About somebody else: the token does not permit admin:*")
    @APIResponse(
            responseCode = "200",
            description = "Yes or no, and why",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = PermissionAnswer.class)))
    public PermissionAnswer explain(@Context RoutingContext context) {
        Call call = Call.of(context, "verb", "channel", "subject", "permission", "role");
        Verb verb = verb(call.query().required("verb", "one of " + VERBS));
        ChannelPattern where = new ChannelPattern(call.query().required("channel", "a channel or a pattern"));
        Permission because = asked(call).because(verb, where);
        if (because == null) {
            return new PermissionAnswer(false, verb.text(), where.text(), null);
        }
        String against = verb == Verb.PUBLISH ? rules.whyNotPublish(where.namespace(), subject(call)) : null;
        return new PermissionAnswer(
                against == null, verb.text(), where.text(), against == null ? because.toString() : against);
    }

    private static String subject(Call call) {
        String other = call.query().text("subject");
        return other == null ? call.caller().subject() : other;
    }

    private Permissions asked(Call call) {
        Query query = call.query();
        String subject = query.text("subject");
        if (subject == null) {
            if (query.has("permission") || query.has("role")) {
                throw new Invalid(Invalid.What.MESSAGE, "permission and role are given without subject");
            }
            return call.caller().permissions();
        }
        call.requireOperator();
        if (subject.isBlank() || subject.length() > MAX_SUBJECT) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "subject: found \"" + Query.shown(subject) + "\", allowed are 1 to " + MAX_SUBJECT
                            + " characters that are not all blank");
        }
        return grants.of(subject, query.all("permission"), query.all("role"));
    }

    private static Verb verb(String text) {
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        Invalid.What.MESSAGE, "verb: found \"" + Query.shown(text) + "\", allowed is one of " + VERBS));
    }
}
