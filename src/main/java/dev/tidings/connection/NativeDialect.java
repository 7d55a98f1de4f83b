package dev.tidings.connection;

import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessageReader;
import dev.tidings.protocol.EventForm;
import dev.tidings.protocol.ServerMessage;
import dev.tidings.protocol.ServerMessageWriter;
import org.jspecify.annotations.Nullable;

/** The protocol of Tidings itself, as JSON. */
public enum NativeDialect implements Dialect {
    INSTANCE;

    @Override
    public ConnectionKind kind() {
        return ConnectionKind.WEBSOCKET;
    }

    @Override
    public EventForm events() {
        return EventForm.NATIVE;
    }

    @Override
    public Said read(String text) throws BadMessage {
        return Said.of(ClientMessageReader.read(text));
    }

    @Override
    public void tell(ServerMessage message, @Nullable String id, long nowMillis, Conversation conversation) {
        conversation.tell(ServerMessageWriter.write(message, id, nowMillis));
    }
}
