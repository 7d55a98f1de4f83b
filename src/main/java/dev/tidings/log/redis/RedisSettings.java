package dev.tidings.log.redis;

import java.time.Duration;

/**
 * How a log lives in Redis. All instances of a log need the same prefix and number of shards.
 *
 * @param prefix what the names of all its keys begin with
 * @param shards 1 to 64. More of them spread over more nodes of a cluster and let more batches be under way at a time,
 *     but cost every instance a check a second and a stream more to follow (in a cluster, a connection more). One Redis
 *     runs one script at a time whatever their number, so a few are enough: 4.
 * @param shardLength how many events of each shard are kept for followers that lag or were cut off, 1000 or more; at
 *     10 000 events a second in a shard 100 000 are ten seconds, and some 40 MB of Redis's memory
 * @param timeout how long a call may take
 */
public record RedisSettings(String prefix, int shards, int shardLength, Duration timeout) {
    public static final RedisSettings DEFAULT = new RedisSettings("tidings", 4, 100_000, Duration.ofSeconds(2));

    public RedisSettings {
        if (prefix.isEmpty() || prefix.contains("{") || prefix.contains("}")) {
            throw new IllegalArgumentException("prefix must be a text without braces: " + prefix);
        }
        if (shards < 1 || shards > 64) {
            throw new IllegalArgumentException("shards must be 1 to 64: " + shards);
        }
        if (shardLength < 1000) {
            throw new IllegalArgumentException("shardLength must be 1000 or more: " + shardLength);
        }
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("timeout must be 100 ms or more: " + timeout);
        }
    }
}
