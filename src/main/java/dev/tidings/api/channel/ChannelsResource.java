package dev.tidings.api.channel;

import dev.tidings.api.call.Authentication;
import dev.tidings.api.call.Calls;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.hub.Hub;
import dev.tidings.log.EventLog;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Which channels there are. */
@Path("/api/v1/channels")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Channels", description = "Which channels there are")
public class ChannelsResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final EventLog log;
    private final Hub hub;

    ChannelsResource(EventLog log, Hub hub) {
        this.log = log;
        this.hub = hub;
    }

    @GET
    @Operation(
            operationId = "channels",
            summary = "List channels",
            description = "The channels that retain events or a state and that the caller may subscribe to, by name.")
    @APIResponse(
            responseCode = "200",
            description = "The channels",
            content = @Content(schema = @Schema(implementation = ChannelList.class)))
    public CompletionStage<ChannelList> list(
            @Parameter(description = "Only names that begin so", example = "agent:") @QueryParam("prefix") @Nullable
                    String prefix,
            @Parameter(description = "At most so many, 1 to 1000; 100 unless set", example = "100")
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(description = "Only names after this one: next of the page before", example = "agent:42")
                    @QueryParam("after")
                    @Nullable
                    String after,
            @Context ContainerRequestContext request) {
        int count = (int) Calls.number(limit, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String wanted = prefix == null ? "" : prefix;
        // Names before the prefix need not be looked at.
        String from = after == null ? "" : after;
        Page page = new Page(Authentication.caller(request), wanted, count, new ArrayList<>());
        return collect(page, from);
    }

    /** What is being collected: those that the caller may see, until there are enough. */
    private record Page(Caller caller, String prefix, int count, List<ChannelList.Item> items) {
        boolean takes(EventLog.Listing listing) {
            return listing.key().channel().name().startsWith(prefix)
                    && caller.permissions()
                            .allows(
                                    Verb.SUBSCRIBE,
                                    ChannelPattern.exactly(listing.key().channel()));
        }
    }

    private CompletionStage<ChannelList> collect(Page page, String after) {
        return log.channels(page.caller().tenant(), pattern(page.prefix()), after, MAX_LIMIT)
                .thenCompose(listings -> {
                    for (EventLog.Listing listing : listings) {
                        if (page.takes(listing)) {
                            if (page.items().size() == page.count()) {
                                return CompletableFuture.completedStage(new ChannelList(
                                        page.items(), page.items().getLast().channel()));
                            }
                            page.items().add(item(listing));
                        }
                    }
                    return listings.size() < MAX_LIMIT
                            ? CompletableFuture.completedStage(new ChannelList(page.items(), null))
                            : collect(page, listings.getLast().key().channel().name());
                });
    }

    /** The log finds by namespace and what follows it; a prefix within a namespace is left to the page. */
    private static @Nullable ChannelPattern pattern(String prefix) {
        try {
            return prefix.contains(":") ? new ChannelPattern(prefix + "*") : null;
        } catch (Invalid invalid) {
            return null;
        }
    }

    private ChannelList.Item item(EventLog.Listing listing) {
        return new ChannelList.Item(
                listing.key().channel().name(),
                listing.head().newest().offset(),
                hub.subscribers(listing.key()),
                listing.head().state() != null);
    }
}
