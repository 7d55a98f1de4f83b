package dev.tidings;

import io.netty.channel.SingleThreadEventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * As many event loops as processors, unless configured otherwise. The usual two for each share a processor's time and
 * split the connections between them: events to one connection are then gathered half as well, and twice as many writes
 * to sockets are what fan-out costs.
 */
public final class EventLoops implements ConfigSource {
    private static final String KEY = "quarkus.vertx.event-loops-pool-size";

    /** Below everything that a user or the application's own properties may say. */
    private static final int ORDINAL = 50;

    /** Runs things on a loop after what it has read and what it has been given to do before. */
    static Executor endOfTurn(ScheduledExecutorService loop) {
        return loop instanceof SingleThreadEventLoop netty ? netty::executeAfterEventLoopIteration : loop;
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public Set<String> getPropertyNames() {
        return Set.of(KEY);
    }

    @Override
    public @Nullable String getValue(String name) {
        return name.equals(KEY) ? Integer.toString(Runtime.getRuntime().availableProcessors()) : null;
    }

    @Override
    public Map<String, String> getProperties() {
        return Map.of(KEY, Integer.toString(Runtime.getRuntime().availableProcessors()));
    }

    @Override
    public String getName() {
        return "processors";
    }
}
