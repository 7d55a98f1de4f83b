package dev.tidings.socketio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.connection.SessionSettings;
import dev.tidings.event.Json;
import java.nio.charset.StandardCharsets;

/**
 * What holds for every connection.
 *
 * @param messageBytes the longest message or body a client may send
 * @param unauthenticatedBytes the same before it has been let in
 * @param messagesPerSecond how many signs of life a client may send on average
 * @param burst how many at once
 * @param queueBytes how many bytes may wait to be sent
 * @param heartbeatMs how often a client is asked for a sign of life, and how long it has to give it
 */
record EngineSettings(
        int messageBytes,
        int unauthenticatedBytes,
        int messagesPerSecond,
        int burst,
        long queueBytes,
        long heartbeatMs) {
    static EngineSettings of(SessionSettings settings, long queueBytes) {
        return new EngineSettings(
                settings.messageBytes(),
                settings.unauthenticatedBytes(),
                settings.messagesPerSecond(),
                settings.burst(),
                queueBytes,
                settings.heartbeat().toMillis());
    }

    /** The first packet, which tells a client all that it has to know. */
    byte[] open(String sid, boolean upgradable) {
        ObjectNode told = Packets.object().put("sid", sid);
        if (upgradable) {
            told.putArray("upgrades").add("websocket");
        } else {
            told.putArray("upgrades");
        }
        told.put("pingInterval", heartbeatMs).put("pingTimeout", heartbeatMs).put("maxPayload", messageBytes);
        return ("0" + Json.of(told)).getBytes(StandardCharsets.UTF_8);
    }
}
