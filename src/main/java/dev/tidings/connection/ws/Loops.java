package dev.tidings.connection.ws;

import dev.tidings.hub.Hub;
import io.netty.channel.EventLoop;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of this instance, by event loop. Safe on any thread. */
@Singleton
class Loops {
    private final Hub hub;
    private final Clock clock;
    private final Map<EventLoop, LoopConnections> byLoop = new ConcurrentHashMap<>();

    Loops(Hub hub, Clock clock) {
        this.hub = hub;
        this.clock = clock;
    }

    LoopConnections on(EventLoop loop) {
        return byLoop.computeIfAbsent(loop, each -> new LoopConnections(each, hub.on(each), clock));
    }

    Collection<LoopConnections> all() {
        return byLoop.values();
    }
}
