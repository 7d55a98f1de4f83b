package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code <type>[<attachments>-][<namespace>,][<acknowledgement>][<JSON>]}. */
final class SocketPacketReader {
    /** As many as a stock server takes. */
    private static final int MAX_ATTACHMENTS = 10;

    /** Digits of the largest whole number that JavaScript has. */
    private static final int MAX_ACK_DIGITS = 16;

    private static final int MAX_NAMESPACE = 200;

    private final String text;
    private int at = 1;

    private SocketPacketReader(String text) {
        this.text = text;
    }

    /** @throws BadPacket when it is not of that form */
    static SocketPacket read(String text) throws BadPacket {
        return new SocketPacketReader(text).read();
    }

    private SocketPacket read() throws BadPacket {
        char type = text.isEmpty() ? ' ' : text.charAt(0);
        int attachments = type == '5' || type == '6' ? attachments() : 0;
        String namespace = namespace();
        return switch (type) {
            case '0' -> new SocketPacket.Connect(namespace, auth());
            case '1' -> new SocketPacket.Disconnect(namespace);
            case '2' -> event(namespace);
            case '3', '6' -> new SocketPacket.Ack(namespace);
            case '5' -> new SocketPacket.Binary(namespace, ack(), attachments);
            default -> throw new BadPacket("a Socket.IO packet of a client begins with its type: 0, 1, 2, 3, 5 or 6");
        };
    }

    private int attachments() throws BadPacket {
        int dash = text.indexOf('-', at);
        String digits = dash < 0 ? "" : text.substring(at, dash);
        if (!digits.matches("\\d{1,2}") || Integer.parseInt(digits) > MAX_ATTACHMENTS) {
            throw new BadPacket(
                    "a packet has at most " + MAX_ATTACHMENTS + " attachments, and says how many: 51-[...]");
        }
        at = dash + 1;
        return Integer.parseInt(digits);
    }

    private String namespace() throws BadPacket {
        if (at >= text.length() || text.charAt(at) != '/') {
            return SocketPacket.DEFAULT_NAMESPACE;
        }
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        if (end - at > MAX_NAMESPACE) {
            throw new BadPacket("a namespace has at most " + MAX_NAMESPACE + " characters");
        }
        String namespace = text.substring(at, end);
        at = Math.min(end + 1, text.length());
        return namespace;
    }

    private @Nullable Long ack() throws BadPacket {
        int begin = at;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) <= '9') {
            at++;
        }
        if (at - begin > MAX_ACK_DIGITS) {
            throw new BadPacket("the number of an acknowledgement has at most " + MAX_ACK_DIGITS + " digits");
        }
        return at == begin ? null : Long.valueOf(text.substring(begin, at));
    }

    private @Nullable JsonNode auth() throws BadPacket {
        if (at >= text.length()) {
            return null;
        }
        JsonNode auth = json();
        if (!auth.isObject()) {
            throw new BadPacket("auth is an object, such as {\"token\": \"...\"}");
        }
        return auth;
    }

    private SocketPacket event(String namespace) throws BadPacket {
        Long ack = ack();
        JsonNode data = at >= text.length() ? null : json();
        if (data == null || !data.isArray() || !data.path(0).isTextual()) {
            throw new BadPacket("an event is an array of its name, a string, and what it has to say");
        }
        List<JsonNode> args = new ArrayList<>();
        for (int i = 1; i < data.size(); i++) {
            args.add(data.get(i));
        }
        return new SocketPacket.Event(namespace, ack, data.get(0).textValue(), args);
    }

    private JsonNode json() throws BadPacket {
        try {
            return Json.parse(text.substring(at)).tree();
        } catch (Invalid invalid) {
            throw new BadPacket(String.valueOf(invalid.getMessage()));
        }
    }
}
