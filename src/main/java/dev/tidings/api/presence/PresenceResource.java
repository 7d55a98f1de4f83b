package dev.tidings.api.presence;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.presence.Page;
import dev.tidings.presence.PresencePolicy;
import dev.tidings.presence.Roster;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
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

/** Who is present in a channel. */
@Path("/api/v1/channels/{channel:.+}/presence")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Presence", description = "Who is present in a channel")
public class PresenceResource {
    private final Roster roster;
    private final PresencePolicy policy;

    PresenceResource(Roster roster, PresencePolicy policy) {
        this.roster = roster;
        this.policy = policy;
    }

    @GET
    @Operation(
            operationId = "presence",
            summary = "Read who is present",
            description = "The connections, on whatever instance, that are subscribed with presence: true, in the order"
                    + " of their ids, and how many there are. Needs presence.")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many; 0 for the count only",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "1000", defaultValue = "1000"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only connections after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
    @APIResponse(
            responseCode = "200",
            description = "Who is present",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = MemberList.class)))
    public CompletionStage<MemberList> read(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context, "limit", "after");
        ChannelKey key = call.permitted(Verb.PRESENCE, channel);
        if (!policy.isOn(key.channel().namespace())) {
            throw new Refused(ErrorCode.FORBIDDEN, PresencePolicy.refusal(key.channel()));
        }
        int limit = (int) call.query().number("limit", 0, Page.MAX_LIMIT, Page.MAX_LIMIT);
        String after = Objects.requireNonNullElse(call.query().text("after"), "");
        return roster.read(key, after, limit).thenApply(MemberList::of);
    }
}
