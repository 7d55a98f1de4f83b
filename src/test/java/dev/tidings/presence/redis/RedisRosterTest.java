package dev.tidings.presence.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.presence.Roster;
import dev.tidings.presence.RosterContract;
import dev.tidings.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The contract with one Redis; each test has a prefix of its own in it. */
class RedisRosterTest extends RosterContract {
    private static RedisServer redis;
    private static int rosters;
    private final List<RosterInstance> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @AfterEach
    void closeAll() {
        open.forEach(RosterInstance::close);
    }

    @Override
    protected Roster open() {
        rosters++;
        return openAnother();
    }

    @Override
    protected Roster openAnother() {
        RosterInstance instance = RosterInstance.open(redis.options(), "test" + rosters, Timing.DEFAULT);
        open.add(instance);
        return instance.roster();
    }
}
