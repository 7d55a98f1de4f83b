package dev.tidings.socketio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.connection.Conversation;
import dev.tidings.protocol.Frames;
import org.jspecify.annotations.Nullable;

/** Answers what clients emit, by an acknowledgement where they want one. */
record Answers(SocketIoObserver observer) {
    static ObjectNode ok() {
        return Packets.object().put("ok", true);
    }

    /** @param ask what is answered; null for nothing */
    void answer(@Nullable Ask ask, ObjectNode answer, Conversation client) {
        if (ask != null) {
            observer.answered(ask.event(), System.nanoTime() - ask.askedNanos());
            if (ask.ack() != null) {
                tell(Packets.ack(ask.ack(), answer), client);
            }
        }
    }

    static void tell(byte[] message, Conversation client) {
        client.tell(Frames.of(message));
    }
}
