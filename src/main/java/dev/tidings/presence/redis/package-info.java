/**
 * The roster in Redis, shared by any number of instances. All that changes or reads data there is a script under {@code
 * src/main/resources/dev/tidings/presence/redis}; {@link dev.tidings.log.redis.Keys} names the keys, beside those of the log.
 *
 * <p>Each instance says what is so of its own connections ({@link dev.tidings.presence.redis.Announcer}), and does so all over
 * again on each connection to Redis, and when it finds that Redis has something else. It is heard of every two seconds; the
 * members of one that is not are removed by the others, a few at a time, in the same scripts. What each script changes it
 * writes into the shard's stream of changes, which all instances read ({@link dev.tidings.presence.redis.ChangeTail}).
 *
 * <p>Thread rules: everything here is used on one event loop; the roster's methods may be called on any thread and hand over
 * to it.
 */
@NullMarked
package dev.tidings.presence.redis;

import org.jspecify.annotations.NullMarked;
