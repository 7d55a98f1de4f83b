package dev.tidings.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What holds for connections, besides their limits. */
@ConfigMapping(prefix = "tidings")
public interface ConnectionConfig {
    /** How often a client is asked for a sign of life, or given one on a stream; one that gives none, or takes none, for twice as long is disconnected. */
    @WithDefault("30s")
    Duration heartbeat();

    /** How long connections may take to move elsewhere when the service is stopped. */
    @WithDefault("20s")
    Duration drain();

    /**
     * Whether messages are compressed for clients that offer permessage-deflate (RFC 7692). It saves bandwidth and costs
     * processor time: each message is compressed once for all of them.
     */
    @WithDefault("false")
    boolean compression();

    /**
     * Whether messages are put into frames once for all connections that get them and written beneath the framework, and calls
     * that publish one event are answered before its REST layer. What a client sees is the same either way, but that without it
     * messages are neither compressed nor batched; and it is slower: for comparing, and for when it is suspected.
     */
    @WithDefault("true")
    boolean fastPath();
}
