package dev.tidings.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types that are configured, by name. Devices of no type, or of another, take any members. */
public record DeviceTypes(Map<String, DeviceType> byName) {
    public DeviceTypes {
        byName = Map.copyOf(byName);
    }

    /** The type that a state names; null when it names none. */
    public static @Nullable String nameIn(ObjectNode state) {
        return state.path(DeviceType.MEMBER).textValue();
    }

    /**
     * The first thing that is wrong with a change; null when nothing is.
     *
     * @param state of the device as it is
     */
    @Nullable
    Violation check(ObjectNode state, ObjectNode change) {
        if (change.has(DeviceType.MEMBER)) {
            return Violation.value(
                    DeviceType.MEMBER,
                    change.get(DeviceType.MEMBER),
                    "nothing: what a device is, is not changed by controlling it");
        }
        String name = nameIn(state);
        DeviceType type = name == null ? null : byName.get(name);
        return type == null ? null : type.check(change);
    }
}
