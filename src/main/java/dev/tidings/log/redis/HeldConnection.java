package dev.tidings.log.redis;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is made again whenever it breaks. Used on one event loop only.
 *
 * <p>Each connection has a client to itself, because closing the client is the only way to really close a connection: a
 * connection closed by itself goes back to its client's pool, hung or not, with what is still to be answered on it, and
 * a connection attempt that hangs holds its place in the pool for ever.
 */
public final class HeldConnection {
    private static final Logger LOG = Logger.getLogger(HeldConnection.class);
    private static final long CONNECT_MS = 2000;
    private static final long FIRST_DELAY_MS = 50;
    private static final long LONGEST_DELAY_MS = 2000;

    private final Vertx vertx;
    private final Context loop;
    private final RedisOptions options;
    private final Owner owner;
    private final String name;
    private @Nullable Redis client;
    private @Nullable RedisConnection connection;
    private long delay = FIRST_DELAY_MS;
    private boolean troubled;
    private boolean closed;

    /** Told on the loop. */
    public interface Owner {
        /** There is a connection; whether the server is of use has to be found out. */
        void connected(RedisConnection connection);

        /** The connection is gone, with all that was not answered on it, or could not be made. */
        void disconnected(Throwable cause);
    }

    /** @param name what it is for, in a few words */
    public HeldConnection(Vertx vertx, Context loop, RedisOptions options, Owner owner, String name) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.owner = owner;
        this.name = name;
    }

    /** Safe on any thread. */
    public void open() {
        loop.runOnContext(unused -> connect());
    }

    public boolean isCurrent(RedisConnection which) {
        return which.equals(connection);
    }

    /** The server answers as it should: the next trouble is a new one. */
    public void steady() {
        delay = FIRST_DELAY_MS;
        if (troubled) {
            troubled = false;
            LOG.infof("Redis connection for %s is there again", name);
        }
    }

    /** Gives up a connection that is of no use; does nothing when it is not the current one. */
    public void drop(RedisConnection which, Throwable cause) {
        if (client != null && which.equals(connection)) {
            broken(client, cause);
        }
    }

    /** Safe on any thread. */
    public void close() {
        loop.runOnContext(unused -> {
            closed = true;
            if (client != null) {
                broken(client, new IllegalStateException("closed"));
            }
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        Redis opening = Redis.createClient(vertx, new RedisOptions(options));
        client = opening;
        long timer = vertx.setTimer(
                CONNECT_MS,
                unused -> broken(opening, new IllegalStateException("no answer to the connection attempt")));
        opening.connect().onComplete(attempt -> {
            vertx.cancelTimer(timer);
            if (!opening.equals(client)) {
                return;
            }
            if (attempt.failed()) {
                broken(opening, attempt.cause());
                return;
            }
            RedisConnection made = attempt.result();
            made.exceptionHandler(failure -> broken(opening, failure));
            made.endHandler(end -> broken(opening, new IllegalStateException("the connection was closed")));
            connection = made;
            owner.connected(made);
        });
    }

    private void broken(Redis which, Throwable cause) {
        if (!which.equals(client)) {
            return;
        }
        client = null;
        connection = null;
        which.close();
        if (!troubled && !closed) {
            troubled = true;
            LOG.warnf("No Redis connection for %s: %s", name, cause.getMessage());
        }
        owner.disconnected(cause);
        if (!closed) {
            vertx.setTimer(jittered(delay), unused -> connect());
            delay = Math.min(LONGEST_DELAY_MS, delay * 2);
        }
    }

    private static long jittered(long delay) {
        return ThreadLocalRandom.current().nextLong(delay / 2, delay + 1);
    }

    /** The options with which held connections are made: nothing that the client would do by itself to hold one. */
    public static RedisOptions options(RedisOptions given, Duration timeout) {
        RedisOptions options = new RedisOptions(given);
        return options.setNetClientOptions(new NetClientOptions(given.getNetClientOptions())
                        .setReconnectAttempts(0)
                        .setConnectTimeout((int) Math.min(CONNECT_MS, timeout.toMillis())))
                .setMaxWaitingHandlers(Math.max(given.getMaxWaitingHandlers(), 2 * Calls.WINDOW))
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .setUseReplicas(RedisReplicas.NEVER);
    }
}
