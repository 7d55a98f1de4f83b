package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.auth.Caller;
import dev.tidings.connection.Conversation;
import dev.tidings.connection.Services;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import dev.tidings.protocol.CommandResult;
import dev.tidings.protocol.Frames;
import dev.tidings.protocol.ServerMessage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What became of commands, for all who are in the room: it is an event of the project, and comes to everybody as such. */
final class CommandResponses {
    private static final Logger LOG = Logger.getLogger("dev.tidings.connection");

    private final Services services;

    CommandResponses(Services services) {
        this.services = services;
    }

    /** Publishes how a command ended. Where that cannot be, its caller alone is told. */
    void publish(ServerMessage.CommandResponse ended, @Nullable Ask ask, Conversation client) {
        Caller caller = client.caller();
        if (caller == null) {
            return;
        }
        ObjectNode payload = Packets.object()
                .put("command", ask == null ? "" : ask.detail())
                .put("id", ended.command())
                .put("from", caller.subject())
                .put("status", ended.result().status().text());
        put(payload, "result", ended.result().result());
        put(payload, "error", ended.result().error());
        Submission submission = new Submission.Publish(
                new ChannelKey(caller.tenant(), ended.channel()),
                ProjectForm.COMMAND_RESPONSE,
                ended.command() + ".response",
                Json.of(payload),
                ended.command());
        var unused = services.intake().submit(submission).whenComplete((outcome, failure) -> {
            if (!(outcome instanceof Outcome.Published)) {
                LOG.warnf(
                        "the room of %s is not told how command %s ended",
                        ended.channel().name(), ended.command());
                payload.put("project_id", ended.channel().id());
                client.loop().execute(() -> client.tell(Frames.of(Packets.event("command_response", payload))));
            }
        });
    }

    /** The acknowledgement of a command. */
    static ObjectNode answer(ServerMessage.CommandResponse ended) {
        CommandResult result = ended.result();
        ObjectNode answer = Packets.object()
                .put("ok", result.status() == CommandResult.Status.OK)
                .put("id", ended.command());
        put(answer, "result", result.result());
        put(answer, "error", result.error());
        if (result.status() != CommandResult.Status.OK) {
            JsonNode error =
                    result.error() == null ? Packets.object() : result.error().tree();
            answer.put("code", error.path("code").asText(result.status().text()))
                    .put("message", error.path("message").asText(error.isTextual() ? error.textValue() : "it failed"));
        }
        return answer;
    }

    private static void put(ObjectNode into, String name, @Nullable Json value) {
        if (value != null) {
            into.set(name, value.tree());
        }
    }
}
