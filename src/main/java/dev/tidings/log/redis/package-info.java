/**
 * The log in Redis 7 or Valkey 8, shared by any number of instances: single server, Sentinel or Cluster.
 *
 * <p>All that changes or reads data in Redis is a script under {@code src/main/resources/dev/tidings/log/redis}; {@link
 * dev.tidings.log.redis.Keys} names the keys. Each shard's keys share a hash tag, so one script sees all of a shard at
 * one moment and a cluster spreads the shards over its nodes.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>{@link dev.tidings.log.redis.Calls} and its connection live on one event loop, each {@link
 *       dev.tidings.log.redis.Tail} and its connection on another. Their fields are used there only.
 *   <li>Calls are put together on the caller's thread and answered on the loop of {@code Calls}; followers are told on
 *       the loop of the shard's {@code Tail}.
 *   <li>{@link dev.tidings.log.redis.Shards} is the one thing they share, safe on any thread.
 * </ol>
 */
@NullMarked
package dev.tidings.log.redis;

import org.jspecify.annotations.NullMarked;
