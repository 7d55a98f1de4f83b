package dev.tidings.api.alert;

import dev.tidings.alert.AlertRule;
import dev.tidings.alert.Alerts;
import dev.tidings.alert.RaisedAlert;
import dev.tidings.alert.RuleReader;
import dev.tidings.alert.Severity;
import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Query;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Which alerts are raised. */
@Path("/api/v1/alerts")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Alerts", description = "Rules over channels, and the alerts that they raise")
public class AlertsResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final Alerts alerts;

    AlertsResource(Alerts alerts) {
        this.alerts = alerts;
    }

    @GET
    @Operation(
            operationId = "alerts",
            summary = "List alerts",
            description = "The alerts that are raised, of the rules whose channel alert:<rule> the caller may subscribe"
                    + " to, by rule and channel.")
    @Parameter(
            name = "rule",
            in = ParameterIn.QUERY,
            description = "Only those of this rule",
            schema = @Schema(type = SchemaType.STRING),
            example = "too-hot")
    @Parameter(
            name = "severity",
            in = ParameterIn.QUERY,
            description = "Only those of this severity",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"info", "warning", "critical"}),
            example = "critical")
    @Parameter(
            name = "acknowledged",
            in = ParameterIn.QUERY,
            description = "Only those that are acknowledged, or only those that are not",
            schema = @Schema(type = SchemaType.BOOLEAN),
            example = "false")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only alerts after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "too-hot/oven:1")
    @APIResponse(
            responseCode = "200",
            description = "The alerts",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = AlertList.class)))
    public AlertList list(@Context RoutingContext context) {
        Call call = Call.of(context, "rule", "severity", "acknowledged", "limit", "after");
        int limit = (int) call.query().number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Predicate<RaisedAlert> after = after(call.query());
        List<AlertList.Item> items = alerts.raised(call.caller().tenant()).stream()
                .filter(wanted(call.query()).and(after))
                .filter(alert -> call.caller()
                        .permissions()
                        .allows(Verb.SUBSCRIBE, Channel.of(AlertRule.NAMESPACE, alert.rule())))
                .limit(limit + 1L)
                .map(AlertList.Item::of)
                .toList();
        return items.size() <= limit
                ? new AlertList(items, null)
                : new AlertList(items.subList(0, limit), items.get(limit - 1).place());
    }

    private static Predicate<RaisedAlert> wanted(Query query) {
        String rule = query.text("rule") == null ? null : RuleReader.id(String.valueOf(query.text("rule")));
        Severity severity = severity(query.text("severity"));
        boolean acknowledged = query.flag("acknowledged");
        boolean either = !query.has("acknowledged");
        return alert -> (rule == null || alert.rule().equals(rule))
                && (severity == null || alert.severity() == severity)
                && (either || alert.acknowledged() == acknowledged);
    }

    private static @Nullable Severity severity(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Severity severity = Severity.of(text);
        if (severity == null) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "severity: found \"" + Query.shown(text) + "\", allowed are info, warning and critical");
        }
        return severity;
    }

    /** In the order in which they come: by rule, then by channel. */
    private static Predicate<RaisedAlert> after(Query query) {
        String after = Objects.requireNonNullElse(query.text("after"), "");
        int slash = after.indexOf('/');
        String rule = slash < 0 ? after : after.substring(0, slash);
        String channel = slash < 0 ? "" : after.substring(slash + 1);
        return alert -> {
            int order = alert.rule().compareTo(rule);
            return order > 0 || (order == 0 && alert.channel().name().compareTo(channel) > 0);
        };
    }
}
