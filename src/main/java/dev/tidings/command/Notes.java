package dev.tidings.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import dev.tidings.protocol.CommandResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How instances write to one another about commands. What handlers and callers say travels as text, as it was said. */
final class Notes {
    /** A command for a handler of the receiver. */
    static final String GIVE = "command.give";

    /** What became of it. */
    static final String ANSWER = "command.answer";

    private Notes() {}

    static ObjectNode give(Command command, long timeoutMs) {
        return about(command.id())
                .put("tenant", command.key().tenant())
                .put("channel", command.key().channel().name())
                .put("name", command.name())
                .put("from", command.from())
                .put("timeout_ms", timeoutMs)
                .put("args", command.args().toString());
    }

    static Command command(ObjectNode note) {
        return new Command(
                id(note),
                new ChannelKey(
                        note.path("tenant").asText(),
                        new Channel(note.path("channel").asText())),
                note.path("name").asText(),
                json(note.path("args")),
                note.path("from").asText());
    }

    /** No handler of the sender has taken it. */
    static ObjectNode refused(String command, LocalHandlers.Given why) {
        return about(command).put("refused", why.name());
    }

    /** Why the sender's handlers have not taken it; null when this is an answer. */
    static LocalHandlers.@Nullable Given refusal(ObjectNode note) {
        JsonNode refused = note.path("refused");
        return refused.isTextual() ? LocalHandlers.Given.valueOf(refused.textValue()) : null;
    }

    static ObjectNode answer(String command, Answer answer) {
        CommandResult result = answer.result();
        return about(command)
                .put("status", result.status().text())
                .put("handler", answer.handler())
                .put("result", text(result.result()))
                .put("error", text(result.error()));
    }

    static Answer answer(ObjectNode note) {
        CommandResult.Status status =
                CommandResult.Status.valueOf(note.path("status").asText().toUpperCase(Locale.ROOT));
        return new Answer(
                new CommandResult(status, part(note, "result"), part(note, "error")),
                note.path("handler").textValue());
    }

    static String id(ObjectNode note) {
        return note.path("command").asText();
    }

    private static ObjectNode about(String command) {
        return JsonNodeFactory.instance.objectNode().put("command", command);
    }

    private static @Nullable Json part(ObjectNode note, String name) {
        JsonNode part = note.path(name);
        return part.isTextual() ? json(part) : null;
    }

    private static @Nullable String text(@Nullable Json json) {
        return json == null ? null : json.toString();
    }

    private static Json json(JsonNode text) {
        return Json.trusted(text.asText().getBytes(StandardCharsets.UTF_8));
    }
}
