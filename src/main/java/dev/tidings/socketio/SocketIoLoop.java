package dev.tidings.socketio;

import dev.tidings.connection.Sweep;
import dev.tidings.connection.ws.Encoding;
import dev.tidings.connection.ws.Form;
import dev.tidings.connection.ws.FrameEncoder;
import dev.tidings.hub.HubLoop;
import dev.tidings.log.EventLog;
import dev.tidings.presence.LoopRooms;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** What the Socket.IO connections of one event loop share. Used on that loop's thread only, but for {@link #run}. */
final class SocketIoLoop {
    private final EventLoop executor;
    private final HubLoop hub;
    private final LoopRooms presence;
    private final Sweep sweep;
    private final ProjectForm form;
    private final FrameEncoder encoder;
    private List<EngineSocket> unflushed = new ArrayList<>();
    private List<EngineSocket> flushing = new ArrayList<>();

    SocketIoLoop(EventLoop executor, HubLoop hub, LoopRooms presence, Sweep sweep, EventLog log) {
        this.executor = executor;
        this.hub = hub;
        this.presence = presence;
        this.sweep = sweep;
        this.form = new ProjectForm(log, executor);
        this.encoder = new FrameEncoder(new Form(form, Encoding.JSON, false));
    }

    EventLoop executor() {
        return executor;
    }

    HubLoop hub() {
        return hub;
    }

    LoopRooms presence() {
        return presence;
    }

    Sweep sweep() {
        return sweep;
    }

    ProjectForm form() {
        return form;
    }

    FrameEncoder encoder() {
        return encoder;
    }

    /** Runs something on the loop: at once when that is where the caller is. Safe on any thread. */
    void run(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /** Has the socket flushed when the loop is done with what it is doing now. */
    void flushLater(EngineSocket socket) {
        if (unflushed.isEmpty()) {
            executor.execute(this::flush);
        }
        unflushed.add(socket);
    }

    private void flush() {
        List<EngineSocket> batch = unflushed;
        unflushed = flushing;
        flushing = batch;
        for (EngineSocket socket : batch) {
            socket.flush();
        }
        batch.clear();
        encoder.clear();
        form.clear();
    }
}
