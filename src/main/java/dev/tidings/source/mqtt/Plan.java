package dev.tidings.source.mqtt;

import dev.tidings.mqtt.Broker;
import java.util.List;

/**
 * A broker as configured, found to be possible.
 *
 * @param maxSize how long a payload may be
 */
record Plan(String name, String tenant, Broker broker, List<Mapping> mappings, int maxSize, boolean enabled) {
    Plan {
        mappings = List.copyOf(mappings);
    }
}
