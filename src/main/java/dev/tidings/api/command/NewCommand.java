package dev.tidings.api.command;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What {@link dev.tidings.protocol.CommandCall} reads, as the API's description shows it. */
@Schema(name = "NewCommand", description = "Something to be done; other members are ignored")
record NewCommand(
        @Schema(
                description = "What is to be done: characters but spaces and control characters",
                examples = "restart",
                minLength = 1,
                maxLength = 128,
                required = true)
        String name,

        @Schema(description = "Any JSON value; null unless given", examples = "{\"force\": true}")
        Object args,

        @Schema(
                description = "How long you wait for an answer, in ms; 10000 unless given",
                examples = "5000",
                minimum = "1",
                maximum = "300000")
        @Nullable
        Integer timeout_ms) {}
