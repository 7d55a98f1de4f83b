package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Bench;
import dev.tidings.benchmark.Machine;
import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan;
import dev.tidings.benchmark.load.Plan.Kind;
import dev.tidings.benchmark.load.Plan.Phase;
import dev.tidings.benchmark.load.Plan.Way;
import dev.tidings.benchmark.peer.Peer;
import dev.tidings.benchmark.peer.Peer.Ability;
import dev.tidings.benchmark.peer.Peer.Purpose;
import dev.tidings.benchmark.peer.Server;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Messages are published at some rate and delivered to subscribers: by one server, or by two that share a Redis. */
final class LoadScenario implements Scenario {
    private static final List<String> COLUMNS = List.of(
            "deliveries_per_s",
            "p50_ms",
            "p99_ms",
            "max_ms",
            "server_cpu_us_per_delivery",
            "server_cpu_percent",
            "generator_cpu_percent",
            "bytes_per_delivery",
            "faults");

    private final String name;
    private final String description;
    private final Set<Ability> needs;
    private final int subscribers;
    private final int channels;
    private final Function<Options, List<Phase>> phases;

    /**
     * @param needs with {@code PUBLISH_OVER_WEBSOCKET} that is how messages are published; with {@code REDIS} there are two
     *     servers, one published to and one subscribed at
     */
    LoadScenario(
            String name,
            String description,
            Set<Ability> needs,
            int subscribers,
            int channels,
            Function<Options, List<Phase>> phases) {
        this.name = name;
        this.description = description;
        this.needs = Set.copyOf(needs);
        this.subscribers = subscribers;
        this.channels = channels;
        this.phases = phases;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public boolean suits(Peer peer) {
        return peer.abilities().containsAll(needs)
                && (!needs.contains(Ability.REDIS)
                        || Machine.program("redis-server").isPresent());
    }

    @Override
    public List<Map<String, Object>> run(Bench bench, Peer peer) {
        String core = name.endsWith("-all-cores") ? "none" : bench.options().text("server-core");
        if (!needs.contains(Ability.REDIS)) {
            try (Server server = bench.start(peer, 0, core, Purpose.SPEED)) {
                return bench.generate(plan(bench.options(), peer, server, server));
            }
        }
        try (Server redis = bench.startRedis();
                Server one = bench.start(peer, redis.port(), core, Purpose.SPEED);
                Server other = bench.start(peer, redis.port(), core, Purpose.SPEED)) {
            return bench.generate(plan(bench.options(), peer, one, other));
        }
    }

    private Plan plan(Options options, Peer peer, Server published, Server subscribed) {
        Way way = needs.contains(Ability.PUBLISH_OVER_WEBSOCKET) ? Way.WEBSOCKET : peer.usualWay();
        List<Long> processes = Stream.of(published, subscribed)
                .flatMap(server -> server.processes().stream())
                .distinct()
                .toList();
        int channelCount = options.scaled(channels);
        int perChannel = Math.max(1, options.scaled(subscribers) / channelCount);
        return new Plan(
                Kind.LOAD,
                processes,
                channelCount,
                peer.channels(),
                options.size(),
                List.of(),
                peer.subscribing(subscribed.port(), perChannel * channelCount),
                peer.publishing(published.port(), way),
                phases.apply(options));
    }
}
