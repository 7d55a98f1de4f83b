package dev.tidings.limits;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much of everything a client may have. All values are 1 or more. */
@ConfigMapping(prefix = "tidings.limits")
public interface LimitsConfig {
    /** Open connections of this server; one more is closed with 4409. */
    @WithDefault("20000")
    int connections();

    /** Open connections of one subject on this server, by tenant; one more is closed with 4409. */
    @WithDefault("5")
    int connectionsPerSubject();

    /** Channels and patterns that one connection subscribes to. */
    @WithDefault("50")
    int subscriptionsPerConnection();

    /** The longest message a client may send; a longer one closes the connection with 1009. */
    @WithDefault("1M")
    MemorySize messageSize();

    /** The longest message a client may send before it has shown a token. */
    @WithDefault("64K")
    MemorySize unauthenticatedMessageSize();

    /** Messages a second that a connection may send on average. */
    @WithDefault("100")
    int messagesPerSecond();

    /** Messages that a connection may send at once. */
    @WithDefault("200")
    int burst();

    /** REST calls a second that a subject may make on average. */
    @WithDefault("1000")
    int requestsPerSecond();

    /** REST calls that a subject may make at once. */
    @WithDefault("2000")
    int requestsBurst();

    /** Bytes that may wait to be sent to one connection; when there would be more it is too slow and closed with 4408. */
    @WithDefault("1M")
    MemorySize queueSize();

    /** Messages in one frame, for connections that ask for batches. */
    @WithDefault("100")
    int batch();
}
