package dev.tidings.source.mqtt;

import dev.tidings.intake.EventIds;
import dev.tidings.mqtt.Received;
import java.util.LinkedHashMap;

/**
 * Gives each message the id of its event, and one that the broker repeats the id it had: the log then stores it once, even
 * where the connection ended between its being stored and its being acknowledged.
 *
 * <p>A broker gives a packet id to another message only when the one before is acknowledged, and does not say then that it
 * repeats it. So what is repeated is what came last with its packet id in the same session.
 */
final class Repeats {
    /** More than any broker sends without an acknowledgement unless told to: Mosquitto's own bound is 20. */
    private static final int KEPT = 4096;

    private final EventIds ids;
    private final LinkedHashMap<Integer, Known> last = new LinkedHashMap<>();

    private record Known(String topic, String id) {}

    Repeats(EventIds ids) {
        this.ids = ids;
    }

    String idOf(Received message) {
        if (!message.wantsAcknowledgement()) {
            return ids.next();
        }
        // Taken out, so that it becomes the newest.
        Known known = last.remove(message.packetId());
        Known now = known != null && message.isRepeated() && known.topic().equals(message.topic())
                ? known
                : new Known(message.topic(), ids.next());
        last.put(message.packetId(), now);
        if (last.size() > KEPT) {
            last.pollFirstEntry();
        }
        return now.id();
    }

    /** The session has begun anew: packet ids mean other messages now. */
    void forget() {
        last.clear();
    }
}
