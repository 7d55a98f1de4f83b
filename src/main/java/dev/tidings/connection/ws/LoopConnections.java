package dev.tidings.connection.ws;

import dev.tidings.connection.Session;
import dev.tidings.hub.HubLoop;
import dev.tidings.presence.LoopRooms;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What the connections of one event loop share. Used on that loop's thread only. */
final class LoopConnections {
    private static final long SWEEP_MS = 200;

    private final EventLoop loop;
    private final HubLoop hub;
    private final LoopRooms rooms;
    private final Clock clock;
    private final Map<Form, FrameEncoder> encoders = new HashMap<>();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Map<Integer, Set<NettyTransport>> holding = new HashMap<>();
    private List<NettyTransport> unflushed = new ArrayList<>();
    private List<NettyTransport> flushing = new ArrayList<>();
    private boolean flushScheduled;
    private boolean sweeping;

    LoopConnections(EventLoop loop, HubLoop hub, LoopRooms rooms, Clock clock) {
        this.loop = loop;
        this.hub = hub;
        this.rooms = rooms;
        this.clock = clock;
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
        sessions.add(session);
        if (!sweeping) {
            sweeping = true;
            scheduleSweep();
        }
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    /** Has every client leave, each at another time within so many ms. */
    void drain(long spreadMs) {
        for (Session session : List.copyOf(sessions)) {
            session.leaveIn(ThreadLocalRandom.current().nextLong(spreadMs + 1));
        }
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

    private void scheduleSweep() {
        var unused = loop.schedule(this::sweep, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long nanos = System.nanoTime();
        long millis = clock.millis();
        // A session may end by this, and leave.
        for (Session session : List.copyOf(sessions)) {
            session.tick(nanos, millis);
        }
        sweeping = !sessions.isEmpty();
        if (sweeping) {
            scheduleSweep();
        }
    }
}
