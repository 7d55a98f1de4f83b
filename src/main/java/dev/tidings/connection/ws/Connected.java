package dev.tidings.connection.ws;

import dev.tidings.connection.ConnectionKind;
import dev.tidings.connection.Session;
import dev.tidings.connection.Transport;
import io.quarkus.websockets.next.UserData.TypedKey;

/** What belongs to an open connection. */
record Connected(Session session, Transport transport, LoopConnections loop, Encoding encoding, ConnectionKind kind) {
    static final TypedKey<Connected> KEY = new TypedKey<>("connected");
}
