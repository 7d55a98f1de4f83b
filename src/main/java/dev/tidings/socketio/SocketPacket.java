package dev.tidings.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client says by Socket.IO, protocol version 5. */
sealed interface SocketPacket {
    /** The namespace of those who name none, and the only one there is. */
    String DEFAULT_NAMESPACE = "/";

    String namespace();

    /** @param auth what the client shows to be let in; null when that is nothing */
    record Connect(String namespace, @Nullable JsonNode auth) implements SocketPacket {}

    record Disconnect(String namespace) implements SocketPacket {}

    /**
     * Something the client emits.
     *
     * @param ack by which number it wants to be answered; null when it does not
     * @param args what comes after the name
     */
    record Event(String namespace, @Nullable Long ack, String name, List<JsonNode> args) implements SocketPacket {
        public Event {
            args = List.copyOf(args);
        }
    }

    /** An answer to something the server emitted. */
    record Ack(String namespace) implements SocketPacket {}

    /**
     * Something with bytes in it, which follow as so many messages of their own.
     *
     * @param ack as in {@link Event}
     */
    record Binary(String namespace, @Nullable Long ack, int attachments) implements SocketPacket {}
}
