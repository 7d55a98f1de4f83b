package dev.tidings.dialect.devices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Json;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Of what types devices are: a change of a device's state does not say it unless that is what changes. Learnt of the states that
 * panels are shown, which are those of all devices that they hear of, and of what changes since. Safe on any thread.
 */
@Singleton
class KnownTypes {
    private static final int MAX_KNOWN = 100_000;
    private static final int MAX_LENGTH = 128;
    private static final String MEMBER = "device_type";

    private final Map<ChannelKey, String> types = new ConcurrentHashMap<>();

    /** Learns of a state, or of a patch that may have the type in it. */
    void learn(ChannelKey device, JsonNode state) {
        JsonNode type = state.path(MEMBER);
        if (type.isTextual() && type.textValue().length() <= MAX_LENGTH) {
            if (types.size() < MAX_KNOWN || types.containsKey(device)) {
                types.put(device, type.textValue());
            }
        } else if (!type.isMissingNode()) {
            types.remove(device);
        }
    }

    void learn(ChannelKey device, Json state) {
        learn(device, state.tree());
    }

    void forget(ChannelKey device) {
        types.remove(device);
    }

    /** Null when it has none, or is not known. */
    @Nullable
    String of(ChannelKey device) {
        return types.get(device);
    }
}
