package dev.tidings.api.channel;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.log.EventLog;
import dev.tidings.operator.Audience;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
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
    private final Audience audience;

    ChannelsResource(EventLog log, Audience audience) {
        this.log = log;
        this.audience = audience;
    }

    @GET
    @Operation(
            operationId = "channels",
            summary = "List channels",
            description = "The channels that retain events or a state and that the caller may subscribe to, by name.")
    @Parameter(
            name = "prefix",
            in = ParameterIn.QUERY,
            description = "Only names that begin so",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent:")
    @Parameter(
            name = "limit",
            in = ParameterIn.QUERY,
            description = "At most so many",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000", defaultValue = "100"),
            example = "100")
    @Parameter(
            name = "after",
            in = ParameterIn.QUERY,
            description = "Only names after this one: next of the page before",
            schema = @Schema(type = SchemaType.STRING),
            example = "agent:42")
    @APIResponse(
            responseCode = "200",
            description = "The channels",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = ChannelList.class)))
    @APIResponse(responseCode = "503", description = "The log cannot be reached")
    public CompletionStage<ChannelList> list(@Context RoutingContext context) {
        Call call = Call.of(context, "prefix", "limit", "after");
        int count = (int) call.query().number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String prefix = Objects.requireNonNullElse(call.query().text("prefix"), "");
        String from = Objects.requireNonNullElse(call.query().text("after"), "");
        Page page = new Page(call.caller(), prefix, count, new ArrayList<>());
        return collect(page, from).thenCompose(list -> counted(call.caller().tenant(), list));
    }

    private CompletionStage<ChannelList> counted(String tenant, ChannelList list) {
        List<Channel> channels =
                list.items().stream().map(item -> new Channel(item.channel())).toList();
        return audience.count(tenant, channels)
                .thenApply(counts -> new ChannelList(
                        IntStream.range(0, channels.size())
                                .mapToObj(i -> list.items().get(i).heardBy(counts.get(i)))
                                .toList(),
                        list.next()));
    }

    /** What is being collected: those that the caller may see, until there are enough. */
    private record Page(Caller caller, String prefix, int count, List<ChannelList.Item> items) {
        boolean takes(EventLog.Listing listing) {
            return listing.key().channel().name().startsWith(prefix)
                    && caller.permissions().allows(Verb.SUBSCRIBE, listing.key().channel());
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
                0,
                listing.head().state() != null);
    }
}
