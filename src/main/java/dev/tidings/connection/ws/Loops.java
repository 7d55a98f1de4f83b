package dev.tidings.connection.ws;

import dev.tidings.hub.Hub;
import dev.tidings.presence.Rooms;
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
    private final Rooms rooms;
    private final Clock clock;
    private final Map<EventLoop, LoopConnections> byLoop = new ConcurrentHashMap<>();

    Loops(Hub hub, Rooms rooms, Clock clock) {
        this.hub = hub;
        this.rooms = rooms;
        this.clock = clock;
    }

    LoopConnections on(EventLoop loop) {
        return byLoop.computeIfAbsent(loop, each -> new LoopConnections(each, hub.on(each), rooms.on(each), clock));
    }

    Collection<LoopConnections> all() {
        return byLoop.values();
    }
}
