package dev.tidings.checker;

import dev.tidings.checker.cluster.LocalStore;
import dev.tidings.checker.cluster.SingleRedis;
import dev.tidings.checker.cluster.Store;

/** What runs in a round: how many instances, on what. */
public enum Topology {
    /** One instance that forgets everything when it ends. */
    MEMORY(1),
    /** One instance on a file. */
    SQLITE(1),
    /** Instances on one Redis that writes everything to disk. */
    REDIS(2);

    private final int instances;

    Topology(int instances) {
        this.instances = instances;
    }

    int instances() {
        return instances;
    }

    Store store() {
        return switch (this) {
            case MEMORY -> LocalStore.memory();
            case SQLITE -> LocalStore.file();
            case REDIS -> new SingleRedis(instances);
        };
    }
}
