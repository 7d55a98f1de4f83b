package dev.tidings.checker;

import dev.tidings.checker.cluster.Instance;
import dev.tidings.checker.cluster.Store;
import dev.tidings.checker.fault.Fault;
import dev.tidings.checker.fault.Faults;
import dev.tidings.checker.fault.Schedule;
import dev.tidings.checker.history.Entry;
import dev.tidings.checker.history.Entry.Kind;
import dev.tidings.checker.history.History;
import dev.tidings.checker.history.Verifier;
import dev.tidings.checker.history.Violation;
import dev.tidings.checker.load.Doors;
import dev.tidings.checker.load.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Instances under load while faults are injected, all by one seed; then all is mended, everybody has to get what is published then, and
 * what was said is read.
 */
public final class Round {
    private static final Duration UNTIL_WHOLE = Duration.ofSeconds(60);
    private static final Duration UNTIL_HEARD = Duration.ofSeconds(45);

    private final Topology topology;
    private final long seed;
    private final Duration length;
    private final History history = new History();
    private final List<Violation> stuck = new ArrayList<>();

    /** @param length how long faults are injected */
    public Round(Topology topology, long seed, Duration length) {
        this.topology = topology;
        this.seed = seed;
        this.length = length;
    }

    /** Runs it to its end. */
    public Outcome run() throws InterruptedException {
        long begin = System.nanoTime();
        try (Store store = topology.store()) {
            List<Instance> instances = topology.start(store);
            try {
                instances.forEach(instance -> instance.server().awaitReady());
                Map<String, Integer> faults = run(instances, store);
                List<Entry> entries = history.entries();
                List<Violation> violations = new ArrayList<>(stuck);
                violations.addAll(Verifier.check(entries));
                long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
                List<String> printed = violations.isEmpty()
                        ? List.of()
                        : instances.stream().map(Instance::output).toList();
                return new Outcome(topology, seed, millis, entries, faults, violations, printed);
            } finally {
                instances.forEach(Instance::close);
            }
        }
    }

    private Map<String, Integer> run(List<Instance> instances, Store store) throws InterruptedException {
        Random random = new Random(seed);
        Doors doors = new Doors(instances.stream()
                .map(instance -> "127.0.0.1:" + instance.door().port())
                .toList());
        Load.Setting setting = new Load.Setting(doors, doors, "", !store.isElsewhere(), true, UNTIL_HEARD);
        try (Load load = new Load(history, setting, random.nextLong())) {
            load.begin();
            List<Fault> all = new ArrayList<>(Faults.of(instances, store));
            all.addAll(load.faults());
            Schedule schedule = new Schedule(all, length.toMillis(), random.nextLong());
            schedule.run(history);
            store.awaitWhole();
            try {
                comeToRest(load, instances);
            } catch (ConditionTimeoutException e) {
                stuck.add(new Violation(
                        Violation.Rule.STUCK,
                        "service",
                        "",
                        "",
                        history.entries().size() - 1L,
                        e.getMessage()));
            }
            return schedule.done();
        }
    }

    private void comeToRest(Load load, List<Instance> instances) {
        load.stopPublishing();
        Awaitility.await("all is whole again")
                .atMost(UNTIL_WHOLE)
                .until(() -> instances.stream()
                        .allMatch(instance -> instance.server().isReady()));
        history.note(Kind.CALM, "", 0, "");
        load.end();
        for (int i = 0; i < instances.size(); i++) {
            load.readBack("instance " + (i + 1), instances.get(i).server());
        }
    }

    /** Those of a service that is to be checked: limits out of the way, what is seldom or slow by default often and fast. */
    public static Map<String, String> settings(Store store, int instance) {
        Map<String, String> settings = new HashMap<>(store.settings(instance));
        settings.put("tidings.heartbeat", "2s");
        settings.put("tidings.drain", "2s");
        settings.put("tidings.limits.queue-size", "64K");
        for (String limit : List.of("messages-per-second", "burst", "requests-per-second", "requests-burst")) {
            settings.put("tidings.limits." + limit, "1000000");
        }
        settings.put("tidings.limits.connections-per-subject", "100");
        for (String namespace : List.of("plain", "state")) {
            settings.put("tidings.channels." + namespace + ".history-size", "10000");
            settings.put("tidings.channels." + namespace + ".history-age", "1h");
        }
        return settings;
    }
}
