package dev.tidings.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whether the caller may do something, and why. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Permission",
        description = "Whether the caller may do something, and why",
        requiredProperties = {"allowed", "verb", "channel"})
record PermissionAnswer(
        @Schema(description = "True when it is allowed", examples = "true")
        boolean allowed,

        @Schema(description = "What was asked about", examples = "subscribe")
        String verb,

        @Schema(description = "Where", examples = "agent:42")
        String channel,

        @Schema(
                description =
                        "The permission that allows it, or what the namespace has against it all the same; absent when"
                                + " there is no such permission",
                examples = "subscribe:agent:*")
        @Nullable
        String because) {}
