package dev.tidings.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where events are kept. */
@ConfigMapping(prefix = "tidings.log")
public interface LogConfig {
    /**
     * Where events are kept: {@code memory}, gone with the process; {@code sqlite}, in a file; or {@code redis}, shared by
     * several instances; {@code memory}, or {@code sqlite} where a file is set, unless set. {@code memory} and {@code redis} leave
     * a file alone.
     */
    Optional<Backend> backend();

    /** The file of a SQLite log, such as {@code /var/lib/tidings/log.db}. Made when there is none; its directory has to be there. */
    Optional<Path> file();

    /**
     * How much of the heap a log in memory takes at most, for events, states, channels and the ids of the last five minutes:
     * {@code 256M}, or a part of the largest that the heap may have.
     * When it is taken, further events push out the oldest of those channels that have most; what cannot be pushed out is
     * refused as unavailable when it alone would be more.
     */
    @WithDefault("25%")
    @WithConverter(HeapShare.Reader.class)
    HeapShare memory();

    /** The number of shards of a Redis log, {@code 1} to {@code 64}. The same on all instances, and not to be changed while there is data. */
    @WithDefault("4")
    int shards();

    /**
     * How many events of each shard every instance, and in a log that is not in memory every cursor, may lag behind before
     * what was missed has to be looked up otherwise, {@code 1000} to {@code 2147483647}.
     */
    @WithDefault("100000")
    int shardLength();

    /** How long the log may take to answer before a call is refused as unavailable. */
    @WithDefault("2s")
    Duration timeout();

    /** The kinds of log. */
    enum Backend {
        MEMORY,
        SQLITE,
        REDIS;

        /** The one that is configured; a file alone says it too. */
        public static Backend of(LogConfig config) {
            return config.backend().orElse(config.file().isPresent() ? SQLITE : MEMORY);
        }
    }
}
