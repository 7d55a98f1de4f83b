package dev.tidings.checker;

import java.time.Duration;

/** The long form. */
public final class Checker {
    private Checker() {}

    /** Arguments: topology, seed, seconds. */
    public static void main(String[] arguments) throws InterruptedException {
        Outcome outcome = new Round(
                        Topology.valueOf(arguments[0]),
                        Long.parseLong(arguments[1]),
                        Duration.ofSeconds(Long.parseLong(arguments[2])))
                .run();
        System.out.println(Report.of(outcome));
        System.exit(outcome.violations().isEmpty() ? 0 : 1);
    }
}
