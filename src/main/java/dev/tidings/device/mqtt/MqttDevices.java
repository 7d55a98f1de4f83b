package dev.tidings.device.mqtt;

import dev.tidings.device.Control;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.mqtt.Broker;
import dev.tidings.mqtt.TopicFilter;
import dev.tidings.source.mqtt.BrokerUrl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where devices hear and speak.
 *
 * @param patterns their channels; what others say at the broker is nobody's
 * @param commands where they hear
 * @param states where they speak
 * @param maxSize the longest state taken, in bytes
 * @param timeout how long a device may take to confirm
 */
public record MqttDevices(
        BrokerUrl url,
        @Nullable String username,
        @Nullable String password,
        List<ChannelPattern> patterns,
        DeviceTopics commands,
        DeviceTopics states,
        int maxSize,
        Duration timeout) {
    private static final Duration BACK_OFF = Duration.ofSeconds(5);

    public MqttDevices {
        patterns = List.copyOf(patterns);
    }

    /** @param persistent as in {@link Broker} */
    Broker broker(String clientId, boolean persistent, List<TopicFilter> filters) {
        return new Broker(
                url.host(), url.port(), url.tls(), clientId, persistent, username, password, filters, BACK_OFF);
    }

    /** The device that speaks there; nothing when it is none of these. */
    Optional<String> speaker(String topic) {
        return states.device(topic).filter(this::contains);
    }

    boolean contains(String device) {
        try {
            Channel channel = Channel.of(Control.NAMESPACE, device);
            return patterns.stream().anyMatch(pattern -> pattern.matches(channel));
        } catch (Invalid tooLong) {
            return false;
        }
    }

    /** Says nothing: it may hold secrets. */
    @Override
    public String toString() {
        return "devices reached by MQTT";
    }
}
