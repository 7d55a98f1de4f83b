package dev.tidings.api.operator;

import dev.tidings.operator.Connections;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many connections were sent away. */
@Schema(
        name = "Disconnected",
        description = "How many connections were sent away",
        requiredProperties = {"disconnected", "incomplete"})
record DisconnectedAnswer(
        @Schema(description = "Connections closed with 4403", examples = "1", minimum = "0")
        int disconnected,

        @Schema(
                description = "True when an instance did not answer within a second: it may have some left",
                examples = "false")
        boolean incomplete) {
    static DisconnectedAnswer of(Connections.Disconnected disconnected) {
        return new DisconnectedAnswer(disconnected.count(), !disconnected.complete());
    }
}
