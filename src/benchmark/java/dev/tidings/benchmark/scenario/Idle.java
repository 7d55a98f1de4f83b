package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.Bench.Generating;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan;
import dev.tidings.benchmark.load.Plan.Kind;
import dev.tidings.benchmark.load.Usage;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the server's memory grows by for connections that are subscribed and get nothing. */
final class Idle implements Scenario {
    private static final int CONNECTIONS = 10_000;

    /** Connected and gone before, so that what is needed once is not counted for each connection. */
    private static final int BEFORE = 200;

    private static final int PER_CHANNEL = 10;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String description() {
        return "10 000 connections subscribed, 10 to a channel, and quiet: growth of the server's resident memory, after"
                + " collecting garbage where the server can be told to";
    }

    @Override
    public List<String> columns() {
        return List.of("kib_per_connection", "rss_before_mib", "rss_with_mib", "connect_s", "ended");
    }

    @Override
    public boolean suits(Peer peer) {
        return true;
    }

    @Override
    public Purpose purpose() {
        return Purpose.MEMORY;
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        Options options = bench.options();
        int count = options.scaled(CONNECTIONS);
        try (Server server = bench.start(peer, 0, options.text("server-core"), Purpose.MEMORY)) {
            try (Generating before = bench.begin(plan(peer, server, options, Math.min(BEFORE, count)))) {
                before.next();
                before.release();
                before.rest();
            }
            long empty = settled(peer, server);
            try (Generating generating = bench.begin(plan(peer, server, options, count))) {
                Map<String, Object> row = new LinkedHashMap<>(generating.next());
                long full = settled(peer, server);
                generating.release();
                row.put("step", "idle");
                row.put("rss_before_mib", empty / 1024.0);
                row.put("rss_with_mib", full / 1024.0);
                row.put("kib_per_connection", (full - empty) / (double) count);
                row.putAll(generating.rest().getLast());
                return List.of(row);
            }
        }
    }

    private static Plan plan(Peer peer, Server server, Options options, int count) {
        return new Plan(
                Kind.HOLD,
                server.processes(),
                Math.max(1, count / PER_CHANNEL),
                peer.channels(),
                options.size(),
                List.of(),
                peer.subscribing(server.port(), count),
                peer.publishing(server.port(), peer.usualWay()),
                List.of());
    }

    /** The server's memory after it has come to rest. */
    private static long settled(Peer peer, Server server) {
        try {
            for (int i = 0; i < 2; i++) {
                TimeUnit.SECONDS.sleep(2);
                peer.collectGarbage(server);
            }
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return Usage.residentKib(server.processes());
    }
}
