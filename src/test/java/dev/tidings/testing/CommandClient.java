package dev.tidings.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A client that gives commands, or answers them. */
public final class CommandClient implements AutoCloseable {
    private final WsClient client;

    private CommandClient(WsClient client) {
        this.client = client;
    }

    public static CommandClient connect(TidingsServer server, String token) {
        return new CommandClient(WsClient.connect(server, token));
    }

    public WsClient client() {
        return client;
    }

    /** Answers the commands there from now on. */
    public CommandClient handle(String target) {
        JsonNode reply = client.ask(message("handle", "h-" + target, target, null));
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("handling");
        assertThat(reply.path("channel").asText()).isEqualTo(target);
        return this;
    }

    /** Answers them no longer. */
    public void unhandle(String target) {
        JsonNode reply = client.ask(message("unhandle", "u-" + target, target, null));
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("unhandled");
        assertThat(reply.path("channel").asText()).isEqualTo(target);
    }

    /** The next message, which is a command. */
    public JsonNode take() {
        return client.expect("command");
    }

    /** Answers a command, to which there is no reply. */
    public void answer(JsonNode command, String payload) {
        client.send(result(command.path("id").asText(), null, payload));
    }

    /** An answer as a message. */
    public static String result(String command, String id, String payload) {
        ObjectNode message = WsClient.JSON.createObjectNode().put("type", "command_result");
        message.put("id", id).put("command", command).set("payload", WsClient.parse(payload));
        return message.toString();
    }

    /** Gives a command and does not wait. */
    public void give(String id, String channel, String payload) {
        client.send(message("command", id, channel, payload));
    }

    /** Gives a command, and waits for whatever becomes of it. */
    public JsonNode command(String channel, String payload) {
        return client.ask(message("command", "c-" + System.nanoTime(), channel, payload));
    }

    /** The reply to what was given before. */
    public JsonNode response(String id) {
        JsonNode reply = client.expect("command_response");
        assertThat(reply.path("id").asText()).isEqualTo(id);
        return reply.path("payload");
    }

    public static String message(String type, String id, String channel, String payload) {
        ObjectNode message = WsClient.JSON.createObjectNode().put("type", type);
        message.put("id", id).put("channel", channel);
        if (payload != null) {
            message.set("payload", WsClient.parse(payload));
        }
        return message.toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
