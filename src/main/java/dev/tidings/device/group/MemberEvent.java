package dev.tidings.device.group;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.device.Control;
import dev.tidings.device.Controlled;
import dev.tidings.device.DeviceType;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.intake.Submission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What a group's channel is told of a change of a member. */
final class MemberEvent {
    private static final String CHANGED = "device.changed";
    private static final String DELETED = "device.deleted";
    private static final int HASH_BYTES = 16;

    private MemberEvent() {}

    /** True for what is told. */
    static boolean isTold(Event event) {
        return event.type().equals(Event.STATE_CHANGED) || event.type().equals(Event.STATE_DELETED);
    }

    /** The event that tells it. Its id follows from the member's event, so that the log keeps the first of several instances. */
    static Submission.Publish of(Event event, ChannelKey group, @Nullable String type) {
        boolean changed = event.type().equals(Event.STATE_CHANGED);
        JsonNode change = event.payload().tree();
        ObjectNode payload = JsonNodeFactory.instance
                .objectNode()
                .put("device_id", event.channel().id())
                .put("device_type", type);
        payload.set("previous_state", change.path("previous"));
        if (changed) {
            payload.set("new_state", change.path("patch"));
        }
        payload.put("changed", true)
                .put("action", event.id().startsWith(Control.EVENT_ID) ? Controlled.ACTION : event.type())
                .put("offset", event.offset());
        return new Submission.Publish(group, changed ? CHANGED : DELETED, id(event), Json.of(payload), event.id());
    }

    /** The type that the member has by this change; null where it leaves it alone. */
    static @Nullable String typeIn(Event event) {
        return event.payload().tree().path("patch").path(DeviceType.MEMBER).textValue();
    }

    private static String id(Event event) {
        String place = event.channel().name() + ' ' + event.position();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(place.getBytes(StandardCharsets.UTF_8));
            return "member-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
