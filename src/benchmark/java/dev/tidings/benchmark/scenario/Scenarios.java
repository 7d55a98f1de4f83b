package dev.tidings.benchmark.scenario;

import dev.tidings.benchmark.Options;
import dev.tidings.benchmark.load.Plan.Phase;
import dev.tidings.benchmark.peer.Peer.Ability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that can be measured. */
public final class Scenarios {
    /** Seconds of load before each measured step, so that it begins in the steady state. */
    private static final double SETTLE = 2;

    /** Messages on their way in the closed loop: enough that the server never waits for the publisher. */
    private static final int OUTSTANDING = 8;

    private static final int FAN_OUT = 1_000;
    private static final int MANY = 1_000;
    private static final double FIXED_RATE = 20;
    private static final double MANY_RATE = 5_000;

    private Scenarios() {}

    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(new LoadScenario(
                "fan-out",
                "1 channel, 1 000 subscribers, 20 messages/s: 20 000 deliveries/s",
                Set.of(),
                FAN_OUT,
                1,
                options -> fixed(options, FIXED_RATE)));
        all.add(saturated("fan-out-saturated", "the server on one core"));
        all.add(saturated("fan-out-saturated-all-cores", "the server on all cores, the generator's too"));
        all.add(new LoadScenario(
                "channels",
                "1 000 channels, 1 subscriber each, 5 000 messages/s in all, published one by one over HTTP (NATS: TCP)",
                Set.of(),
                MANY,
                MANY,
                Scenarios::many));
        all.add(new LoadScenario(
                "channels-websocket",
                "the same, published over one WebSocket, each message answered",
                Set.of(Ability.PUBLISH_OVER_WEBSOCKET),
                MANY,
                MANY,
                Scenarios::many));
        all.add(new LoadScenario(
                "channels-redis",
                "the same over HTTP, published on one instance and delivered by another, both on one Redis; CPU is both"
                        + " instances', not Redis's",
                Set.of(Ability.REDIS),
                MANY,
                MANY,
                Scenarios::many));
        all.add(new Ndjson("ndjson-memory", false));
        all.add(new Ndjson("ndjson-redis", true));
        all.add(new Idle());
        all.add(new Storm("storm-memory", false));
        all.add(new Storm("storm-redis", true));
        all.add(new StartUp());
        all.add(new Growth(
                "growth-subscribers", "1 channel, 20 000 deliveries/s in all, 100 to 10 000 subscribers", true));
        all.add(new Growth(
                "growth-channels", "10 to 10 000 channels with 1 subscriber each, 5 000 messages/s in all", false));
        return List.copyOf(all);
    }

    private static Scenario saturated(String name, String where) {
        return new LoadScenario(
                name,
                "1 channel, 1 000 subscribers, as many messages as it takes: closed loop with 8 messages on their way,"
                        + " then open loop at shares of that rate; " + where,
                Set.of(),
                FAN_OUT,
                1,
                Scenarios::saturating);
    }

    /** Warms up, measures the closed loop, the latency at rising load, and the highest rate that is sustained. */
    private static List<Phase> saturating(Options options) {
        double seconds = options.seconds();
        List<Phase> phases = new ArrayList<>();
        phases.add(Phase.closed("", OUTSTANDING, 0, options.warm()));
        phases.add(Phase.closed("closed", OUTSTANDING, settle(options), seconds));
        for (int percent : new int[] {10, 25, 50, 70}) {
            phases.add(Phase.share("open at " + percent + " %", percent / 100.0, settle(options), seconds, false));
        }
        for (int percent : new int[] {97, 90, 80, 60}) {
            phases.add(Phase.share("open at " + percent + " %", percent / 100.0, settle(options), seconds, true));
        }
        return phases;
    }

    private static List<Phase> many(Options options) {
        return fixed(options, MANY_RATE * options.scale());
    }

    /** Warms up in a closed loop, which is more load than what is measured then. */
    static List<Phase> fixed(Options options, double rate) {
        return List.of(
                Phase.closed("", OUTSTANDING, 0, options.warm()),
                Phase.open("fixed", rate, settle(options), options.seconds()));
    }

    private static double settle(Options options) {
        return Math.min(SETTLE, options.seconds());
    }

    /**
     * Those asked for.
     *
     * @throws IllegalArgumentException when one is not known
     */
    public static List<Scenario> chosen(Options options) {
        List<String> names = options.parts("scenarios");
        if (names.equals(List.of("all"))) {
            return all();
        }
        return names.stream()
                .flatMap(name -> {
                    List<Scenario> found = all().stream()
                            .filter(scenario -> scenario.name().equals(name))
                            .toList();
                    if (found.isEmpty()) {
                        throw new IllegalArgumentException("no scenario " + name + "; there are\n" + list());
                    }
                    return Stream.of(found.getFirst());
                })
                .toList();
    }

    /** All names with what is done. */
    public static String list() {
        return all().stream()
                .map(each -> "  %-28s %s".formatted(each.name(), each.description()))
                .collect(Collectors.joining("\n"));
    }
}
