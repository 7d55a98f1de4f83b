/**
 * A cluster whose notes go through streams in Redis, beside the log there: one for all, and one for each instance. Streams and
 * not publish and subscribe, because a stream is in one place of a Redis Cluster, is told apart by database, and a
 * connection that breaks for a moment loses nothing of it.
 *
 * <p>Everything here runs on one event loop.
 */
@NullMarked
package dev.tidings.cluster.redis;

import org.jspecify.annotations.NullMarked;
