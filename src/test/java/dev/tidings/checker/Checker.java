package dev.tidings.checker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The long form: round after round, each with the next seed and the next topology, until the time is over. See docs/reliability.md.
 */
public final class Checker {
    private Checker() {}

    /** Arguments are {@code name=value}. Ends with status 1 when a promise was broken. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(options) ? 0 : 1);
    }

    private static boolean run(Options options) throws InterruptedException, IOException {
        List<Topology> topologies =
                options.topologies().stream().filter(Topology::isAvailable).toList();
        Report report = new Report(options);
        long begin = System.nanoTime();
        for (int i = 0; i < topologies.size() * 1_000_000; i++) {
            Duration gone = Duration.ofNanos(System.nanoTime() - begin);
            boolean enough = options.rounds() > 0 ? i == options.rounds() : gone.compareTo(options.atMost()) >= 0;
            if (enough) {
                break;
            }
            long seed = options.seed() + i;
            Topology topology = topologies.get(Math.floorMod(seed, topologies.size()));
            report.add(new Round(topology, seed, options.round()).run());
        }
        return report.finish();
    }
}
