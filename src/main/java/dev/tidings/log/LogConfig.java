package dev.tidings.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where events are kept. */
@ConfigMapping(prefix = "tidings.log")
public interface LogConfig {
    /** Where events are kept: {@code memory}, gone with the process, or {@code redis}, shared by several instances. */
    @WithDefault("memory")
    Backend backend();

    /** The number of shards of a Redis log, 1 to 64. The same on all instances, and not to be changed while there is data. */
    @WithDefault("4")
    int shards();

    /** How many events of each shard every instance may lag behind before it has to look up what it missed, 1000 or more. */
    @WithDefault("100000")
    int shardLength();

    /** How long the log may take to answer before a call is refused as unavailable. */
    @WithDefault("2s")
    Duration timeout();

    /** The kinds of log. */
    enum Backend {
        MEMORY,
        REDIS
    }
}
