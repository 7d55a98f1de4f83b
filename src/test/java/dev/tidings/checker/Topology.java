package dev.tidings.checker;

import dev.tidings.checker.cluster.ClusterRedis;
import dev.tidings.checker.cluster.Instance;
import dev.tidings.checker.cluster.LocalStore;
import dev.tidings.checker.cluster.SentinelRedis;
import dev.tidings.checker.cluster.SingleRedis;
import dev.tidings.checker.cluster.Store;
import dev.tidings.testing.RedisServer;
import java.util.List;
import java.util.stream.IntStream;

/** What runs in a round: how many instances, on what. */
public enum Topology {
    /** One instance that forgets everything when it ends. */
    MEMORY(1),
    /** One instance on a file. */
    SQLITE(1),
    /** Instances on one Redis that writes everything to disk. */
    REDIS(2),
    /** The same with clocks of their own, and event loops that can be stopped. */
    TAMPERED(2),
    /** Instances on a Redis with a replica that takes its place: what it had not got is lost, and has to be announced. */
    SENTINEL(2),
    /** Instances on a Redis Cluster, whose slots can be moved. */
    CLUSTER(2);

    private static final int SHARDS = 4;

    private final int instances;

    Topology(int instances) {
        this.instances = instances;
    }

    /** Whether it can be had here; else says so, in one line. */
    boolean isAvailable() {
        return this == MEMORY || this == SQLITE || RedisServer.isInstalled();
    }

    List<Instance> start(Store store) {
        return IntStream.range(0, instances)
                .mapToObj(number -> Round.settings(store, number))
                .map(this == TAMPERED ? Instance::startTampered : Instance::start)
                .toList();
    }

    Store store() {
        return switch (this) {
            case MEMORY -> LocalStore.memory();
            case SQLITE -> LocalStore.file();
            case REDIS, TAMPERED -> new SingleRedis(instances);
            case SENTINEL -> new SentinelRedis();
            case CLUSTER -> new ClusterRedis(SHARDS);
        };
    }
}
