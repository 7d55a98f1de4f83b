package dev.tidings.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Counts what comes from one broker. */
final class MqttMeters {
    /** What became of a message. */
    enum Result {
        /** It is in the log. */
        STORED,
        /** The state was so already, or an event with its id is there. */
        UNCHANGED,
        /** It cannot be made into what it should: nothing was stored, and it does not come again. */
        BAD,
        /** Of the past, or of a topic that nothing is configured for any more. */
        IGNORED,
        /** QoS 0, and the log could not take so much. */
        DROPPED
    }

    private final Map<Result, Counter> messages = new EnumMap<>(Result.class);

    MqttMeters(MeterRegistry registry, String broker, BooleanSupplier connected) {
        for (Result result : Result.values()) {
            messages.put(
                    result,
                    Counter.builder("tidings.mqtt.messages")
                            .description("Messages from a broker, by what became of them")
                            .tag("broker", broker)
                            .tag("outcome", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("tidings.mqtt.connected", connected, now -> now.getAsBoolean() ? 1 : 0)
                .description("1 while this instance is connected to the broker")
                .tag("broker", broker)
                .strongReference(true)
                .register(registry);
    }

    void count(Result result) {
        Counter counter = messages.get(result);
        if (counter != null) {
            counter.increment();
        }
    }
}
