package dev.tidings.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short form: some seconds of faults on each kind of log. The long form is {@link Checker}. */
class CheckerIT {
    @ParameterizedTest
    @CsvSource({"REDIS, 1, 9", "SQLITE, 2, 6", "MEMORY, 3, 4"})
    void promisesAreKept(Topology topology, long seed, long seconds) throws InterruptedException {
        assumeTrue(topology.isAvailable(), "skipped: there is no redis-server on the path");
        Outcome outcome = new Round(topology, seed, Duration.ofSeconds(seconds)).run();
        assertThat(outcome.violations()).as(Report.of(outcome)).isEmpty();
    }
}
