package dev.tidings.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form: some seconds of faults on what each kind of log needs. The long form is {@link Checker}. */
class CheckerIT {
    @ParameterizedTest
    @ValueSource(longs = 1)
    void instancesOnRedis(long seed) throws InterruptedException {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        check(Topology.REDIS, seed, Duration.ofSeconds(15));
    }

    @Test
    void anInstanceOnAFile() throws InterruptedException {
        check(Topology.SQLITE, 2, Duration.ofSeconds(8));
    }

    @Test
    void anInstanceInMemory() throws InterruptedException {
        check(Topology.MEMORY, 3, Duration.ofSeconds(6));
    }

    private static void check(Topology topology, long seed, Duration length) throws InterruptedException {
        Outcome outcome = new Round(topology, seed, length).run();
        assertThat(outcome.violations()).as(Report.of(outcome)).isEmpty();
    }
}
