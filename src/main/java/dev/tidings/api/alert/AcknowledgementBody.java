package dev.tidings.api.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Which alert of a rule is taken note of. */
@Schema(
        name = "AlertAcknowledgement",
        description = "Which alert of the rule is taken note of",
        requiredProperties = "channel")
record AcknowledgementBody(
        @Schema(description = "The channel that the alert is about", examples = "oven:1")
        String channel) {

    /** @throws Invalid when the body is not one JSON object of that form */
    static Channel read(byte[] body) {
        JsonNode channel = Json.parse(body).tree().path("channel");
        if (!channel.isTextual()) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "channel is " + (channel.isMissingNode() ? "missing" : "no string")
                            + ": the channel that the alert is about, as in {\"channel\": \"oven:1\"}");
        }
        return new Channel(channel.textValue());
    }
}
