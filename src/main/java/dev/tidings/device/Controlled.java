package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Json;
import dev.tidings.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What became of a change of a device. */
public sealed interface Controlled {
    /** What a change made by controlling a device is called, wherever an action is named. */
    String ACTION = "device_control";

    /** What has changed where nothing has. */
    Json NOTHING = Json.parse("{}");

    /** What is said where there is no such device, or the caller may not see it. */
    String NO_DEVICE = "there is no such device";

    /**
     * The device has done it, and its state says so.
     *
     * @param type null when the device has none
     * @param previous what the members that changed held before; null for those that were absent
     * @param next what they hold now; null for those that are gone
     * @param changed false when all was so already
     */
    record Done(String device, @Nullable String type, Json previous, Json next, boolean changed) implements Controlled {
        /** As answers and events have it: {@code {device_id, device_type, previous_state, new_state, changed, action}}. */
        public ObjectNode toJson() {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("device_id", device)
                    .put("device_type", type);
            JsonNode before = previous.tree();
            JsonNode after = next.tree();
            node.set("previous_state", before);
            node.set("new_state", after);
            return node.put("changed", changed).put("action", ACTION);
        }
    }

    /** There is no such device. */
    record Missing() implements Controlled {}

    /** Its type does not allow it, or the device itself. Nothing moved. */
    record Inadmissible(Violation violation) implements Controlled {}

    /**
     * It was not done, or it is not known whether it was: {@link ErrorCode#TIMEOUT}. The state is as it was.
     *
     * @param reason what went wrong, and what can be done
     */
    record Failed(ErrorCode code, String reason) implements Controlled {}
}
