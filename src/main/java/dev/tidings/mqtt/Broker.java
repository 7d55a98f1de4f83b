package dev.tidings.mqtt;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broker, and as whom it is spoken to.
 *
 * @param tls whether its certificate is asked for and checked against what this JVM trusts
 * @param clientId what the broker knows the session by; two connections with the same one end each other
 * @param persistent whether the broker keeps the session, and what comes for it, while nobody is connected
 * @param filters the topics that are subscribed to on every connection, with QoS 1
 * @param backOff the longest wait between two tries to connect
 */
public record Broker(
        String host,
        int port,
        boolean tls,
        String clientId,
        boolean persistent,
        @Nullable String username,
        @Nullable String password,
        List<TopicFilter> filters,
        Duration backOff) {
    public Broker {
        filters = List.copyOf(filters);
    }

    /** Where it is, without what is secret. */
    public String address() {
        return host + ':' + port;
    }

    @Override
    public String toString() {
        return "Broker[" + address() + ", " + clientId + ']';
    }
}
