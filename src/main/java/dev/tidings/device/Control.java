package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * That a device be changed.
 *
 * @param device its channel
 * @param change a merge patch of its state
 * @param id unlike any other's: the event that says it was done has it, after {@link #EVENT_ID}
 * @param mayComeAgain whether the caller made the id and may come again with it: what was done once under it is not done again
 * @param cause the id of what led to it, if anything did
 * @param publisher the caller's subject, who has to be let in by the namespace's rules; null when that is not asked
 * @param patience how long it may take
 */
public record Control(
        ChannelKey device,
        ObjectNode change,
        String id,
        boolean mayComeAgain,
        @Nullable String cause,
        @Nullable String publisher,
        Duration patience) {
    /** The namespace of devices' channels. */
    public static final String NAMESPACE = "device";

    /** What the ids of events begin with that come of controlling a device: so any instance knows them. */
    public static final String EVENT_ID = "control-";

    /** A device's channel. */
    public static ChannelKey keyOf(String tenant, String device) {
        return new ChannelKey(tenant, Channel.of(NAMESPACE, device));
    }

    /** @throws Invalid when it is no object, or an empty one */
    public static ObjectNode change(JsonNode body) {
        if (body instanceof ObjectNode change && !change.isEmpty()) {
            return change;
        }
        throw new Invalid(
                Invalid.What.MESSAGE,
                "a change of a device is an object with the members that are to change, such as {\"speed\": 150}");
    }

    /**
     * An id that a caller has made, so as to be able to come again with it.
     *
     * @throws Invalid when it is none
     */
    public static String idOf(String found) {
        // It is sent to devices, too, as a header.
        if (!found.matches("[!-~]{1,120}")) {
            throw new Invalid(
                    Invalid.What.MESSAGE,
                    "event_id has 1 to 120 characters, all of them visible ones of ASCII, none of them a space");
        }
        return found;
    }

    String eventId() {
        return EVENT_ID + id;
    }
}
