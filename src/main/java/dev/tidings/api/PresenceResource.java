package dev.tidings.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Presence;
import dev.tidings.presence.Page;
import dev.tidings.presence.Roster;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who is present in a channel. */
@Path("/api/v1/channels/{channel:.+}/presence")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Presence", description = "Who is present in a channel")
public class PresenceResource {
    private final Roster roster;

    PresenceResource(Roster roster) {
        this.roster = roster;
    }

    @GET
    @Operation(
            operationId = "presence",
            summary = "Who is there?",
            description =
                    "The connections, on whatever instance, that are subscribed with presence: true, in the order of"
                            + " their ids, and how many there are. Needs the permission presence.")
    @APIResponse(
            responseCode = "200",
            description = "Who is present",
            content = @Content(schema = @Schema(implementation = Members.class)))
    public CompletionStage<Members> read(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Parameter(
                            description = "At most so many, 0 to 1000; 1000 unless set. 0 for the count only",
                            example = "1000")
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(
                            description = "Only connections after this one: next of the page before",
                            example = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
                    @QueryParam("after")
                    @Nullable
                    String after,
            @Context ContainerRequestContext request) {
        ChannelKey key = Calls.permitted(request, Verb.PRESENCE, channel);
        int count = (int) Calls.number(limit, "limit", 0, Page.MAX_LIMIT, Page.MAX_LIMIT);
        return roster.read(key, after == null ? "" : after, count).thenApply(Members::of);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Presence", description = "Who is present in a channel")
    record Members(
            @Schema(description = "Those present, or a part of them")
            List<Member> members,

            @Schema(description = "How many are present, all told", examples = "3")
            int count,

            @Schema(
                    description = "To be given as after for the next page; absent on the last",
                    examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
            @Nullable
            String next) {
        static Members of(Page page) {
            return new Members(page.members().stream().map(Member::of).toList(), page.count(), page.next());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Member", description = "A connection that is present")
    record Member(
            @Schema(description = "Its id", examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
            String connection,

            @Schema(description = "Whose it is", examples = "ada")
            String subject,

            @Schema(description = "Since when, in ms since the Unix epoch", examples = "1704067200000")
            long since,

            @Schema(
                    description = "What its token has as info",
                    type = SchemaType.OBJECT,
                    examples = "{\"name\": \"Ada\"}")
            @JsonRawValue
            @Nullable
            String info) {
        static Member of(Presence presence) {
            return new Member(
                    presence.connection(),
                    presence.subject(),
                    presence.since(),
                    presence.info() == null ? null : presence.info().toString());
        }
    }
}
