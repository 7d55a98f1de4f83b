package dev.tidings.device.configured;

import dev.tidings.device.DeviceType;
import dev.tidings.device.DeviceTypes;
import dev.tidings.device.simulated.Model;
import dev.tidings.source.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is configured for devices, found to be possible.
 *
 * @param timeout how long a device may take
 */
record Settings(Duration timeout, DeviceTypes types, List<Plan> plans) {
    /** @throws IllegalArgumentException in one line that names the key, when it is impossible */
    static Settings read(DevicesConfig config) {
        Duration timeout = new Keys("tidings.devices").duration(".timeout", config.timeout(), "50ms", "1m");
        Map<String, DeviceType> types = new TreeMap<>();
        new TreeMap<>(config.types()).forEach((name, type) -> types.put(name, TypeReader.read(name, type)));
        List<Plan> plans = new ArrayList<>();
        new TreeMap<>(config.drivers()).forEach((name, driver) -> plans.add(PlanReader.read(name, driver, timeout)));
        for (Plan plan : plans) {
            if (plan.kind() instanceof Plan.Simulated(Model model, var seed, var interval)) {
                types.putIfAbsent(model.text(), model.type());
            }
        }
        for (Plan plan : plans) {
            if (plan.type() != null) {
                new Keys("tidings.devices.drivers." + plan.name())
                        .require(types.containsKey(plan.type()), ".type", plan.type(), known(types.keySet()));
            }
        }
        return new Settings(timeout, new DeviceTypes(types), List.copyOf(plans));
    }

    private static String known(Set<String> types) {
        return types.isEmpty()
                ? "a type that tidings.devices.types has, and it has none"
                : "one of " + String.join(", ", types);
    }
}
