package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.connection.Said;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.log.Since;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessage;
import dev.tidings.protocol.CommandCall;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Makes messages of what clients emit. */
final class Asking {
    private Asking() {}

    /**
     * Reads what a client emitted.
     *
     * @param joined which projects it means when it names none
     * @param subject the client's
     * @throws BadMessage when it is none of what clients may emit
     */
    static Said read(SocketPacket.Event event, Projects joined, String subject) throws BadMessage {
        Ask ask = new Ask(event.name(), event.ack());
        try {
            return switch (event.name()) {
                case "join_project" -> join(ask, project(ask, argument(event)));
                case "leave_project" -> leave(ask, named(optional(event), joined));
                case "command" -> command(ask, argument(event), named(argument(event), joined));
                case "chat_message" -> chat(ask, argument(event), named(argument(event), joined), subject);
                case "authenticate" -> authenticate(ask, argument(event));
                default ->
                    throw new BadMessage(
                            new Refusal(
                                    ErrorCode.UNKNOWN_TYPE,
                                    "clients emit join_project, leave_project, command, chat_message and authenticate"),
                            Ask.unknown(event.name(), event.ack()).id(),
                            true);
            };
        } catch (Invalid invalid) {
            throw new BadMessage(Refusal.of(invalid), ask.id(), true);
        }
    }

    /** What a message deserves that cannot be done. */
    static BadMessage bad(@Nullable Ask ask, String why) {
        Refusal refusal = new Refusal(ErrorCode.INVALID_MESSAGE, why, OptionalLong.empty());
        return new BadMessage(refusal, ask == null ? null : ask.id(), ask != null);
    }

    private static JsonNode argument(SocketPacket.Event event) {
        JsonNode argument = event.args().isEmpty() ? null : event.args().getFirst();
        if (argument instanceof ObjectNode object) {
            return object;
        }
        throw invalid(event.name() + " takes an object");
    }

    /** Where nothing has to be said. */
    private static JsonNode optional(SocketPacket.Event event) {
        return event.args().isEmpty() ? Packets.object() : argument(event);
    }

    private static Channel project(Ask ask, JsonNode argument) {
        JsonNode id = argument.path("project_id");
        if (id.isTextual() || id.isIntegralNumber()) {
            return Channel.of(ProjectForm.NAMESPACE, id.asText());
        }
        throw invalid(ask.event() + " takes {project_id}, a string or a whole number");
    }

    /** The project that is meant: the one named, or the one joined last. */
    private static Channel named(JsonNode argument, Projects joined) {
        JsonNode id = argument.path("project_id");
        Channel project = id.isMissingNode() || id.isNull() ? joined.last() : project(new Ask("it", null), argument);
        if (project == null || !joined.contains(project)) {
            throw invalid("join_project comes first: "
                    + (project == null ? "no project has been joined" : "this project has not been joined"));
        }
        return project;
    }

    private static Said join(Ask ask, Channel project) {
        return said(
                new ClientMessage.Subscribe(
                        ask.id(),
                        ChannelPattern.exactly(project),
                        Filter.EVERYTHING,
                        new Since.Now(),
                        ClientMessage.Wish.YES,
                        false,
                        null,
                        false),
                ask);
    }

    private static Said leave(Ask ask, Channel project) {
        return said(new ClientMessage.Unsubscribe(ask.id(), ChannelPattern.exactly(project)), ask);
    }

    private static Said command(Ask ask, JsonNode argument, Channel project) {
        ObjectNode call = Packets.object();
        call.set("name", argument.path("command"));
        if (argument.has("args")) {
            call.set("args", argument.path("args"));
        }
        if (argument.has("timeout_ms")) {
            call.set("timeout_ms", argument.path("timeout_ms"));
        }
        CommandCall read = CommandCall.read(call, "command");
        return said(new ClientMessage.Command(ask.about(read.name()).id(), project, read), ask);
    }

    private static Said chat(Ask ask, JsonNode argument, Channel project, String subject) {
        JsonNode text = argument.path("text");
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw invalid("chat_message takes {text}, a string that is not empty");
        }
        Json payload = Json.of(Packets.object().put("text", text.textValue()).put("from", subject));
        return said(new ClientMessage.Publish(ask.id(), project, ProjectForm.CHAT, null, payload, null), ask);
    }

    private static Said authenticate(Ask ask, JsonNode argument) {
        JsonNode token = argument.path("token");
        if (!token.isTextual()) {
            throw invalid("authenticate takes {token}, a string");
        }
        return said(new ClientMessage.Authenticate(ask.id(), token.textValue()), ask);
    }

    private static Said said(ClientMessage message, Ask ask) {
        return new Said(ask.event(), message.id(), client -> client.handle(message));
    }

    private static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
