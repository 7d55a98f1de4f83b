package dev.tidings.connection.ws;

import dev.tidings.connection.Sweeps;
import dev.tidings.hub.Hub;
import dev.tidings.presence.Rooms;
import io.netty.channel.EventLoop;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of this instance, by event loop. Safe on any thread. */
@Singleton
class Loops {
    private final Hub hub;
    private final Rooms rooms;
    private final Sweeps sweeps;
    private final Map<EventLoop, LoopConnections> byLoop = new ConcurrentHashMap<>();

    Loops(Hub hub, Rooms rooms, Sweeps sweeps) {
        this.hub = hub;
        this.rooms = rooms;
        this.sweeps = sweeps;
    }

    LoopConnections on(EventLoop loop) {
        return byLoop.computeIfAbsent(
                loop, each -> new LoopConnections(each, hub.on(each), rooms.on(each), sweeps.on(each)));
    }
}
