package dev.tidings.api.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.operator.Connections;
import dev.tidings.operator.Listed;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of connections. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Connections",
        description = "Connections in the order of their ids",
        requiredProperties = {"items", "incomplete"})
record ConnectionList(
        @Schema(description = "The connections") List<Item> items,

        @Schema(
                description = "To be given as after for the next page; absent on the last",
                examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
        @Nullable
        String next,

        @Schema(
                description = "True when an instance did not answer within a second: its connections are not here",
                examples = "false")
        boolean incomplete) {

    static ConnectionList of(Connections.Page page) {
        return new ConnectionList(page.items().stream().map(Item::of).toList(), page.next(), !page.complete());
    }

    /** One of them. */
    @Schema(
            name = "Connection",
            description = "An open connection",
            requiredProperties = {
                "connection",
                "subject",
                "tenant",
                "transport",
                "since",
                "subscriptions",
                "queued_bytes",
                "lag"
            })
    record Item(
            @Schema(description = "Its id", examples = "5b1c8e0f-7c3e-4a51-9d2e-0190d5f04a77")
            String connection,

            @Schema(description = "Whose it is; empty for those without a token", examples = "ada")
            String subject,

            @Schema(description = "The subject's tenant, which is the caller's", examples = "default")
            String tenant,

            @Schema(description = "What it is", examples = "websocket")
            String transport,

            @Schema(
                    description = "When it was opened, in ms since the Unix epoch",
                    examples = "1704067200000",
                    minimum = "0")
            long since,

            @Schema(description = "Channels and patterns it is subscribed to", examples = "3", minimum = "0")
            int subscriptions,

            @Schema(description = "Bytes waiting to be sent to it, up to a second ago", examples = "0", minimum = "0")
            long queued_bytes,

            @Schema(
                    description = "Events of its channels that do not even wait to be sent, for it is too slow or is"
                            + " still being brought up to date; up to a second ago",
                    examples = "0",
                    minimum = "0")
            long lag) {
        static Item of(Listed listed) {
            return new Item(
                    listed.connection(),
                    listed.subject(),
                    listed.tenant(),
                    listed.transport(),
                    listed.since(),
                    listed.load().subscriptions(),
                    listed.load().queuedBytes(),
                    listed.load().lag());
        }
    }
}
