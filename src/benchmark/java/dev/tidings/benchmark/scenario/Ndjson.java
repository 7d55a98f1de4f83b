package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan;
import dev.tidings.benchmark.load.Plan.Kind;
import dev.tidings.benchmark.load.Plan.Phase;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Ability;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import dev.tidings.benchmark.peer.Tidings;
import java.util.List;
import java.util.Map;

/** Many events in each call, as lines; counted when each is acknowledged. */
final class Ndjson implements Scenario {
    private static final int CALLS = 4;
    private static final int CHANNELS = 100;

    private final String name;
    private final boolean redis;

    /** @param redis whether the log is in Redis */
    Ndjson(String name, boolean redis) {
        this.name = name;
        this.redis = redis;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "4 calls at a time of 1 000 lines of NDJSON each, on 100 channels, the log in "
                + (redis ? "Redis (on the server's core)" : "memory");
    }

    @Override
    public List<String> columns() {
        return List.of("accepted_per_s", "server_cpu_us_per_event", "server_cpu_percent", "refused");
    }

    @Override
    public boolean suits(Peer peer) {
        return peer.abilities().contains(Ability.NDJSON)
                && (!redis || Machine.program("redis-server").isPresent());
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        if (!redis) {
            return run(bench, peer, 0);
        }
        try (Server store = bench.startRedis()) {
            return run(bench, peer, store.port());
        }
    }

    private List<Map<String, Object>> run(Bench bench, Peer peer, int redisPort) {
        Options options = bench.options();
        try (Server server = bench.start(peer, redisPort, options.text("server-core"), Purpose.SPEED)) {
            return bench.generate(new Plan(
                    Kind.BULK,
                    server.processes(),
                    CHANNELS,
                    peer.channels(),
                    options.size(),
                    List.of(),
                    peer.subscribing(server.port(), 0),
                    Tidings.bulk(server.port(), CALLS),
                    List.of(Phase.closed("ndjson", CALLS, options.warm(), options.seconds()))));
        }
    }
}
