package dev.tidings.api.command;

import dev.tidings.api.call.Call;
import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Refused;
import dev.tidings.auth.Verb;
import dev.tidings.command.Commands;
import dev.tidings.command.Outcome;
import dev.tidings.command.Request;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.protocol.CommandCall;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.ErrorCode;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Having something done by whoever answers a channel's commands. */
@Path("/api/v1/channels/{channel:.+}/commands")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Commands", description = "Having something done by whoever answers a channel's commands")
public class CommandsResource {
    private final Commands commands;
    private final int maxBytes;

    CommandsResource(Commands commands, LimitsConfig limits) {
        this.commands = commands;
        this.maxBytes = Math.toIntExact(limits.messageSize().asLongValue());
    }

    @POST
    @Operation(
            operationId = "command",
            summary = "Give a command",
            description =
                    "Gives it to one of those who answer the channel's commands, on whatever instance, and waits for"
                            + " the answer. Needs command.")
    @RequestBody(
            description = "The command",
            required = true,
            content =
                    @Content(
                            mediaType = MediaTypes.JSON,
                            schema = @Schema(implementation = NewCommand.class),
                            examples =
                                    @ExampleObject(
                                            name = "command",
                                            summary = "A command",
                                            value =
                                                    "{\"name\": \"restart\", \"args\": {\"force\": true}, \"timeout_ms\": 5000}")))
    @APIResponse(
            responseCode = "200",
            description = "The handler has answered, or has gone or failed before it could: the status tells",
            content = @Content(mediaType = MediaTypes.JSON, schema = @Schema(implementation = CommandAnswer.class)))
    @APIResponse(responseCode = "404", description = "Nobody answers commands there; nothing was done")
    @APIResponse(
            responseCode = "504",
            description = "There was no answer in time; the command may have been carried out or not")
    public CompletionStage<CommandAnswer> command(
            @Parameter(description = "The channel", example = "agent:42") @PathParam("channel") String channel,
            @Context RoutingContext context) {
        Call call = Call.of(context);
        ChannelKey key = call.permitted(Verb.COMMAND, channel);
        return call.body(maxBytes, MediaTypes.JSON).thenCompose(body -> {
            Request request = new Request(
                    key,
                    CommandCall.read(Json.parse(body).tree()),
                    key.tenant() + '/' + call.caller().subject(),
                    call.caller().subject());
            return commands.call(request).thenApply(CommandsResource::answer);
        });
    }

    private static CommandAnswer answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused(ErrorCode code, String reason) -> throw new Refused(code, reason);
            case Outcome.Ended(String id, CommandResult result) -> {
                if (result.status() == CommandResult.Status.TIMEOUT) {
                    String why = result.error() == null
                            ? "there was no answer in time"
                            : result.error().tree().path("message").asText();
                    throw new Refused(ErrorCode.TIMEOUT, why + "; the command was " + id);
                }
                yield CommandAnswer.of(id, result);
            }
        };
    }
}
