package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.protocol.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Writes what the server says, as messages of Engine.IO: the same on both transports. */
final class Packets {
    static final byte[] PING = ascii("2");
    static final byte[] NOOP = ascii("6");
    static final byte[] CLOSE = ascii("1");
    static final byte[] PROBED = ascii("3probe");

    /** The end of the client's socket by the server: a stock client does not connect again by itself. */
    static final byte[] DISCONNECT = ascii("41");

    private static final byte[] EVENT = ascii("42");
    private static final byte[] ACK = ascii("43");

    /** Names that mean something to clients whoever sends them, and names of this dialect. */
    private static final Set<String> RESERVED = Set.of(
            "connect",
            "connect_error",
            "disconnect",
            "disconnecting",
            "error",
            "joined",
            "left",
            "gap",
            "reconnect",
            "token_expiring",
            "state_update",
            "chat_message",
            "command_response");

    private Packets() {}

    /** Lets a client into the default namespace. */
    static byte[] connected(String socketId) {
        return message("40", object().put("sid", socketId));
    }

    /** Does not let a client in. */
    static byte[] connectError(String namespace, String message, ObjectNode data) {
        ObjectNode error = object().put("message", message);
        error.set("data", data);
        return message("44" + inNamespace(namespace), error);
    }

    /** An event with one argument. */
    static byte[] event(String name, JsonNode argument) {
        return event(name, Json.of(argument).utf8());
    }

    /** As {@link #event(String, JsonNode)}, of JSON that is written already. */
    static byte[] event(String name, byte[] argument) {
        byte[] quoted = Json.of(JsonNodeFactory.instance.textNode(name)).utf8();
        ByteArrayOutputStream out = new ByteArrayOutputStream(EVENT.length + quoted.length + argument.length + 3);
        out.writeBytes(EVENT);
        out.write('[');
        out.writeBytes(quoted);
        out.write(',');
        out.writeBytes(argument);
        out.write(']');
        return out.toByteArray();
    }

    /** Under which name an event of a channel goes to clients: its own, unless that would mean something else to them. */
    static String nameOf(String eventType) {
        return RESERVED.contains(eventType) ? "event." + eventType : eventType;
    }

    /** An answer to something the client emitted. */
    static byte[] ack(long number, ObjectNode answer) {
        ArrayNode arguments = JsonNodeFactory.instance.arrayNode(1).add(answer);
        byte[] json = Json.of(arguments).utf8();
        byte[] digits = ascii(Long.toString(number));
        ByteArrayOutputStream out = new ByteArrayOutputStream(ACK.length + digits.length + json.length);
        out.writeBytes(ACK);
        out.writeBytes(digits);
        out.writeBytes(json);
        return out.toByteArray();
    }

    /** A refusal as clients read it. */
    static ObjectNode refusal(Refusal refusal) {
        ObjectNode told = object().put("code", refusal.code().text()).put("message", refusal.message());
        refusal.retryAfterMs().ifPresent(ms -> told.put("retry_after_ms", ms));
        if (refusal.at() != null) {
            told.put("at", refusal.at());
        }
        return told;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String inNamespace(String namespace) {
        return namespace.equals(SocketPacket.DEFAULT_NAMESPACE) ? "" : namespace + ',';
    }

    private static byte[] message(String head, ObjectNode data) {
        return (head + Json.of(data)).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
