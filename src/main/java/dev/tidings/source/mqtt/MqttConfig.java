package dev.tidings.source.mqtt;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/**
 * Brokers and what of them is heard. Values are text here: {@link PlanReader} reads them, so that an impossible one is told
 * in the same words whatever it should have been. There are none unless somebody configures them.
 */
@ConfigMapping(prefix = "tidings.mqtt")
public interface MqttConfig {
    /** By name: 1 to 64 letters, digits, {@code _} and {@code -}. */
    @WithParentName
    Map<String, BrokerConfig> brokers();

    /** What can be set for a broker. */
    interface BrokerConfig {
        /** Where it is: {@code mqtt://host:1883}, or {@code mqtts://host:8883} with TLS, without user and password. The certificate must be the host's and be trusted by the JVM
         * ({@code javax.net.ssl.trustStore}). */
        Optional<String> url();

        /** Whether it is listened to, {@code true} or {@code false}; what else is set for it has to be possible all the same. */
        @WithDefault("true")
        String enabled();

        /** As whom it is spoken to. */
        Optional<String> username();

        /** Goes with {@code username}; best in the environment. Never logged. */
        Optional<String> password();

        /**
         * What the broker keeps the session by; {@code tidings-} and the name unless set. The same on all instances of a
         * cluster, and of no other client of the broker.
         */
        Optional<String> clientId();

        /** The tenant whose channels it writes. */
        @WithDefault("default")
        String tenant();

        /** The longest payload taken, {@code 1} to {@code 16M}. */
        @WithDefault("256K")
        String maxSize();

        /** The longest wait between two tries to connect, {@code 250ms} to {@code 1d}. */
        @WithDefault("30s")
        String backOff();

        /** What becomes of which topics, by a name of one's own. */
        Map<String, TopicConfig> topics();
    }

    /** What can be set for topics. */
    interface TopicConfig {
        /** Which: {@code +} for one level, {@code #} at the end for the rest, as {@code plant/+/temperature}. No topic may be meant by two filters of a broker. */
        Optional<String> filter();

        /**
         * The channel, in which <code>{1}</code>, <code>{2}</code> stand for what the filter's first and second {@code +} are in a
         * topic, and <code>{#}</code> for the rest: <code>sensor:{1}</code>. The namespace is fixed.
         */
        Optional<String> channel();

        /** The type of the event that a message becomes; its payload is any JSON. */
        Optional<String> event();

        /** Instead of {@code event}: a message is {@code merge}d with the channel's state, or {@code replace}s it, where an empty payload removes it. The payload is an object. */
        Optional<String> state();

        /** With {@code state=merge}: the member of the state that the payload, which may be any JSON, is the value of. */
        Optional<String> member();

        /** Where in the payload an id of the event is, as a JSON Pointer such as {@code /id}: what comes with the same one again within five minutes is stored once. */
        Optional<String> eventId();
    }
}
