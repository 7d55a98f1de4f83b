package dev.tidings.device.configured;

import dev.tidings.device.http.HttpDevices;
import dev.tidings.device.mqtt.MqttDevices;
import dev.tidings.device.simulated.Model;
import dev.tidings.event.ChannelPattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A driver as configured, found to be possible.
 *
 * @param devices their channels
 * @param type of its devices; null where they say it themselves
 */
record Plan(
        String name,
        String tenant,
        List<ChannelPattern> devices,
        @Nullable String type,
        boolean enabled,
        Kind kind) {
    /** What it is. */
    sealed interface Kind {}

    record Http(HttpDevices devices) implements Kind {}

    record Mqtt(MqttDevices devices) implements Kind {}

    record Simulated(Model model, long seed, Duration interval) implements Kind {}
}
