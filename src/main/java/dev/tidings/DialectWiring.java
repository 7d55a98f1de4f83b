package dev.tidings;

import dev.tidings.cluster.Cluster;
import dev.tidings.connection.Admission;
import dev.tidings.operator.ConnectionCount;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What dialects need besides what every connection does. */
@Singleton
class DialectWiring {
    /** After {@link Startup}, which sees to it that the settings work. */
    private static final int LATER = 3_000;

    /** Other instances ask about this one's connections as soon as they know it. */
    void start(@Observes @Priority(LATER) StartupEvent event, ConnectionCount count) {}

    @Produces
    @Singleton
    ConnectionCount connectionCount(Cluster cluster, Admission admission) {
        return new ConnectionCount(cluster, admission::open, Thread::startVirtualThread);
    }
}
