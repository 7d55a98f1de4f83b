package dev.tidings.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.log.LogUnavailable;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A cluster of this instance alone. Notes are heard before the call returns, on the caller's thread. */
public final class LocalCluster implements Cluster {
    private final String self = UUID.randomUUID().toString();
    private final Topics topics = new Topics();

    @Override
    public String self() {
        return self;
    }

    @Override
    public Set<String> instances() {
        return Set.of(self);
    }

    @Override
    public CompletionStage<Void> tellAll(String topic, ObjectNode note) {
        topics.hear(self, topic, note);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> tell(String instance, String topic, ObjectNode note) {
        if (!instance.equals(self)) {
            return CompletableFuture.failedStage(new LogUnavailable("instance " + instance + " is gone"));
        }
        return tellAll(topic, note);
    }

    @Override
    public void listen(String topic, Listener listener) {
        topics.listen(topic, listener);
    }

    @Override
    public void watch(Watcher watcher) {
        // Nobody comes or goes.
    }

    @Override
    public void close() {
        // Nobody is to be told.
    }
}
