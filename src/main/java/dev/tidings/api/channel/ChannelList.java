package dev.tidings.api.channel;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of channels. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Channels", description = "Channels in the order of their names", requiredProperties = "items")
record ChannelList(
        @Schema(description = "The channels") List<Item> items,

        @Schema(description = "To be given as after for the next page; absent on the last", examples = "agent:42")
        @Nullable
        String next) {

    /** One of them. */
    @Schema(
            name = "Channel",
            description = "A channel",
            requiredProperties = {"channel", "offset", "subscribers", "state"})
    record Item(
            @Schema(description = "Its name", examples = "agent:42")
            String channel,

            @Schema(description = "Its newest offset", examples = "17", minimum = "0")
            long offset,

            @Schema(
                    description = "Connections that are subscribed to it, on all instances that answer",
                    examples = "3",
                    minimum = "0")
            int subscribers,

            @Schema(description = "True when it retains a state", examples = "true")
            boolean state) {
        Item heardBy(int connections) {
            return new Item(channel, offset, connections, state);
        }
    }
}
