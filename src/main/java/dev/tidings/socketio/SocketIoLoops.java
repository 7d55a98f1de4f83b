package dev.tidings.socketio;

import dev.tidings.connection.Sweeps;
import dev.tidings.hub.Hub;
import dev.tidings.log.EventLog;
import dev.tidings.presence.Rooms;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The event loops that Socket.IO connections live on. Safe on any thread. */
@Singleton
class SocketIoLoops {
    private final Hub hub;
    private final Rooms presence;
    private final Sweeps sweeps;
    private final EventLog log;
    private final Map<EventLoop, SocketIoLoop> byLoop = new ConcurrentHashMap<>();

    SocketIoLoops(Hub hub, Rooms presence, Sweeps sweeps, EventLog log) {
        this.hub = hub;
        this.presence = presence;
        this.sweeps = sweeps;
        this.log = log;
    }

    /** That of the caller. */
    SocketIoLoop here() {
        EventLoop loop = ((ContextInternal) Objects.requireNonNull(Vertx.currentContext())).nettyEventLoop();
        return byLoop.computeIfAbsent(
                loop, each -> new SocketIoLoop(each, hub.on(each), presence.on(each), sweeps.on(each), log));
    }
}
