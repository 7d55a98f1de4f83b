package dev.tidings.connection.ws;

import dev.tidings.connection.Session;
import dev.tidings.connection.Sweep;
import dev.tidings.hub.HubLoop;
import dev.tidings.presence.LoopRooms;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the connections of one event loop share. Used on that loop's thread only. */
final class LoopConnections {
    private final EventLoop loop;
    private final HubLoop hub;
    private final LoopRooms rooms;
    private final Sweep sweep;
    private final Map<Form, FrameEncoder> encoders = new HashMap<>();
    private final Map<Integer, Set<NettyTransport>> holding = new HashMap<>();
    private List<NettyTransport> unflushed = new ArrayList<>();
    private List<NettyTransport> flushing = new ArrayList<>();
    private boolean flushScheduled;

    LoopConnections(EventLoop loop, HubLoop hub, LoopRooms rooms, Sweep sweep) {
        this.loop = loop;
        this.hub = hub;
        this.rooms = rooms;
        this.sweep = sweep;
        hub.afterDeliveries(this::flush);
    }

    EventLoop loop() {
        return loop;
    }

    HubLoop hub() {
        return hub;
    }

    LoopRooms rooms() {
        return rooms;
    }

    FrameEncoder encoder(Form form) {
        return encoders.computeIfAbsent(form, FrameEncoder::new);
    }

    void add(Session session) {
        sweep.add(session);
    }

    void remove(Session session) {
        sweep.remove(session);
    }

    /** Has the transport flushed when the loop is done with what it is doing now. */
    void flushLater(NettyTransport transport) {
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(this::flushScheduled);
        }
        unflushed.add(transport);
    }

    private void flushScheduled() {
        flushScheduled = false;
        flush();
    }

    private void flush() {
        List<NettyTransport> batch = unflushed;
        unflushed = flushing;
        flushing = batch;
        for (NettyTransport transport : batch) {
            transport.flush();
        }
        batch.clear();
        encoders.values().forEach(FrameEncoder::clear);
    }

    /** Has the transport send what it holds back, in so many ms or sooner. One timer serves all who hold for as long. */
    void releaseLater(NettyTransport transport, int ms) {
        Set<NettyTransport> waiting = holding.computeIfAbsent(ms, time -> new LinkedHashSet<>());
        if (waiting.isEmpty()) {
            var unused = loop.schedule(() -> release(ms), ms, TimeUnit.MILLISECONDS);
        }
        waiting.add(transport);
    }

    private void release(int ms) {
        Set<NettyTransport> due = holding.remove(ms);
        if (due != null) {
            due.forEach(NettyTransport::release);
        }
    }
}
