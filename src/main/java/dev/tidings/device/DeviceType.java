package dev.tidings.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What devices of one type can be told to do.
 *
 * @param name as devices have it in {@link #MEMBER}
 */
public record DeviceType(String name, Map<String, Property> properties) {
    /** The member of a device's state that says of which type it is. */
    public static final String MEMBER = "device_type";

    public DeviceType {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** The first thing that is wrong with a change of such a device; null when nothing is. */
    @Nullable
    Violation check(ObjectNode change) {
        for (Map.Entry<String, JsonNode> member : change.properties()) {
            Property property = properties.get(member.getKey());
            if (property == null) {
                return Violation.unknown(member.getKey(), name, properties.keySet());
            }
            String allowed = property.refusal(member.getValue());
            if (allowed != null) {
                return Violation.value(member.getKey(), member.getValue(), allowed);
            }
        }
        return null;
    }
}
