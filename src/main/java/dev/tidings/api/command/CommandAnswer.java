package dev.tidings.api.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a handler has answered. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "CommandAnswer",
        description = "What became of a command",
        requiredProperties = {"command", "status"})
record CommandAnswer(
        @Schema(
                description = "The id that the command was given: the cause of the events that come of it",
                examples = "0190d5f0-7c3e-7a51-9d2e-5b1c8e0f4a77")
        String command,

        @Schema(
                description = "How it ended",
                enumeration = {"ok", "error"},
                examples = "ok")
        String status,

        @Schema(
                description = "What the handler has to say, any JSON; absent when that is nothing",
                examples = "{\"pid\": 4711}")
        @JsonRawValue
        @Nullable
        Object result,

        @Schema(
                description = "What went wrong: an object or a string of the handler's own, or {code, message} with"
                        + " handler_gone or handler_failed; absent when nothing did",
                examples = "{\"code\": \"handler_gone\", \"message\": \"the handler went away before it answered\"}")
        @JsonRawValue
        @Nullable
        Object error) {
    /** {@link Json} says what it is in JSON, which is written as it is. */
    static CommandAnswer of(String command, CommandResult result) {
        return new CommandAnswer(command, result.status().text(), result.result(), result.error());
    }
}
