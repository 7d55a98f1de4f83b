package dev.tidings.api.alert;

import dev.tidings.alert.AlertRule;
import dev.tidings.alert.Alerts;
import dev.tidings.alert.RuleReader;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.Json;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The rules by which alerts are raised. */
@Path("/api/v1/alerts/rules")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Alerts")
public class RulesResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final long MAX_BODY = 64 << 10;
    private static final String ID = "The rule's id: 1 to 64 letters, digits, ., _ and -, a letter or a digit first";
    private static final String ID_EXAMPLE = "too-hot";
    private static final String FORBIDDEN = "The token does not permit it, whether there is such a rule or not";
    private static final String NONE = "There is no such rule";
    private static final String UNAVAILABLE = "The log cannot be reached; nothing was stored";

    private final Alerts alerts;
    private final LimitsConfig limits;

    RulesResource(Alerts alerts, LimitsConfig limits) {
        this.alerts = alerts;
        this.limits = limits;
    }

    @GET
    @Operation(
            operationId = "alertRules",
            summary = "List alert rules",
            description = "The rules whose channel alert:<id> the caller may subscribe to, by id.")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only rules after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "too-cold")
    @APIResponse(
            responseCode = "200",
            description = "The rules",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = RuleAnswer.Page.class)))
    public RuleAnswer.Page list(@Context RoutingContext context) {
        Call call = Call.of(context, "limit", "after");
        int limit = (int) call.query().number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String after = Objects.requireNonNullElse(call.query().text("after"), "");
        List<RuleAnswer> rules = alerts.rules(call.caller().tenant()).stream()
                .filter(rule -> rule.id().compareTo(after) > 0)
                .filter(rule -> call.caller().permissions().allows(Verb.SUBSCRIBE, rule.channel()))
                .limit(limit + 1L)
                .map(RuleAnswer::of)
                .toList();
        return rules.size() <= limit
                ? new RuleAnswer.Page(rules, null)
                : new RuleAnswer.Page(
                        rules.subList(0, limit), rules.get(limit - 1).id());
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "alertRule",
            summary = "Read an alert rule",
            description = "The secret of its webhook is not shown. Needs subscribe on alert:<id>.")
    @APIResponse(
            responseCode = "200",
            description = "The rule",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = RuleAnswer.class)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "404", description = NONE)
    public RuleAnswer read(
            @Parameter(description = ID, example = ID_EXAMPLE) @PathParam("id") String id,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        return RuleAnswer.of(known(call, permitted(call, Verb.SUBSCRIBE, id)));
    }

    @PUT
    @Path("/{id}")
    @Operation(
            operationId = "putAlertRule",
            summary = "Write an alert rule",
            description =
                    "Makes a rule or replaces it as a whole. It looks at events from then on; what is raised stays"
                            + " raised as long as the rule is about its channel. Needs admin on alert:<id>, and subscribe on the"
                            + " pattern: by a rule one sees its channels.")
    @RequestBody(
            description = "The rule",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = RuleBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "rule",
                                            summary = "Raised above 80, cleared below 70",
                                            value = RuleBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "The rule as it is stored and holds from now on; on the other instances in a moment",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = RuleAnswer.class)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "409", description = "The tenant has as many rules as it may have; nothing was stored")
    @APIResponse(responseCode = "503", description = UNAVAILABLE)
    public CompletionStage<RuleAnswer> write(
            @Parameter(description = ID, example = ID_EXAMPLE) @PathParam("id") String id,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        String rule = permitted(call, Verb.ADMIN, id);
        return call.body(MAX_BODY, MediaTypes.JSON).thenCompose(body -> {
            AlertRule read = RuleReader.read(rule, Json.parse(body).tree());
            requireAll(call, Verb.SUBSCRIBE, read);
            return alerts.put(call.caller().tenant(), read).thenApply(stored -> {
                if (stored == Alerts.Stored.TOO_MANY) {
                    throw new Refused(
                            409,
                            // Not conflict: the same call will not succeed later by itself.
                            new Refusal(
                                    ErrorCode.INVALID_MESSAGE,
                                    "the tenant has " + limits.alertRules()
                                            + " rules, as many as it may have (tidings.limits.alert-rules); delete one"),
                            Map.of());
                }
                return RuleAnswer.of(read);
            });
        });
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "deleteAlertRule",
            summary = "Delete an alert rule",
            description = "What it has raised is cleared. Needs admin on alert:<id>.")
    @APIResponse(
            responseCode = "200",
            description = "The rule as it was",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = RuleAnswer.class)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "404", description = NONE)
    @APIResponse(responseCode = "503", description = UNAVAILABLE)
    public CompletionStage<RuleAnswer> delete(
            @Parameter(description = ID, example = ID_EXAMPLE) @PathParam("id") String id,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        AlertRule rule = known(call, permitted(call, Verb.ADMIN, id));
        return alerts.delete(call.caller().tenant(), rule.id()).thenApply(deleted -> {
            if (!deleted) {
                throw new Refused(ErrorCode.NOT_FOUND, NONE);
            }
            return RuleAnswer.of(rule);
        });
    }

    @POST
    @Path("/{id}/test")
    @Operation(
            operationId = "testAlertRule",
            summary = "Try an alert rule out",
            description =
                    "Hears what the rule's channels retain as the rule would have heard it, and says what it would"
                            + " have told; nothing is stored or sent. With a body that rule is tried, which need not be stored."
                            + " Needs admin on alert:<id>, and history on the pattern.")
    @RequestBody(
            description = "A rule that need not be stored; without a body the stored one is tried",
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = RuleBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "rule",
                                            summary = "Raised above 80, cleared below 70",
                                            value = RuleBody.EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "What it would have told",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = DryRunAnswer.class)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "404", description = "There is no body and no such rule")
    @APIResponse(responseCode = "503", description = "The log cannot be reached, or too many rules are being tried")
    public CompletionStage<DryRunAnswer> test(
            @Parameter(description = ID, example = ID_EXAMPLE) @PathParam("id") String id,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        String rule = permitted(call, Verb.ADMIN, id);
        return call.body(MAX_BODY, MediaTypes.JSON).thenCompose(body -> {
            AlertRule tried = body.length == 0
                    ? known(call, rule)
                    : RuleReader.read(rule, Json.parse(body).tree());
            requireAll(call, Verb.HISTORY, tried);
            return alerts.test(call.caller().tenant(), tried).thenApply(DryRunAnswer::of);
        });
    }

    @POST
    @Path("/{id}/acknowledge")
    @Operation(
            operationId = "acknowledgeAlert",
            summary = "Acknowledge an alert",
            description = "Says that somebody has taken note of it, in an event alert.acknowledged. Once is enough: an"
                    + " alert that is acknowledged stays so until it clears. Needs publish on alert:<id>.")
    @RequestBody(
            description = "Which alert of the rule",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = AcknowledgementBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "acknowledgement",
                                            summary = "By its channel",
                                            value = "{\"channel\": \"oven:1\"}")))
    @APIResponse(
            responseCode = "200",
            description = "The alert, which is acknowledged",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = AlertList.Item.class)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "404", description = "No such alert is raised")
    @APIResponse(responseCode = "503", description = UNAVAILABLE)
    public CompletionStage<AlertList.Item> acknowledge(
            @Parameter(description = ID, example = ID_EXAMPLE) @PathParam("id") String id,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        String rule = permitted(call, Verb.PUBLISH, id);
        return call.body(MAX_BODY, MediaTypes.JSON)
                .thenCompose(body -> alerts.acknowledge(
                        call.caller().tenant(),
                        rule,
                        AcknowledgementBody.read(body),
                        call.caller().subject()))
                .thenApply(alert -> {
                    if (alert == null) {
                        throw new Refused(ErrorCode.NOT_FOUND, "no such alert is raised");
                    }
                    return AlertList.Item.of(alert);
                });
    }

    private static String permitted(Call call, Verb verb, String id) {
        String rule = RuleReader.id(id);
        Call.require(call.caller(), verb, Channel.of(AlertRule.NAMESPACE, rule));
        return rule;
    }

    private AlertRule known(Call call, String id) {
        AlertRule rule = alerts.rule(call.caller().tenant(), id);
        if (rule == null) {
            throw new Refused(ErrorCode.NOT_FOUND, NONE);
        }
        return rule;
    }

    private static void requireAll(Call call, Verb verb, AlertRule rule) {
        if (!call.caller().permissions().allows(verb, rule.pattern())) {
            throw new Refused(ErrorCode.FORBIDDEN, "the token does not permit " + verb.text() + ':' + rule.pattern());
        }
    }
}
