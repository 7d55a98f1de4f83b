package dev.tidings.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.log.LogUnavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/** Instances in one process, whose notes a test may lose. They are heard one after the other, on a thread of their own. */
final class TestNetwork implements AutoCloseable {
    private final ExecutorService wire = Executors.newSingleThreadExecutor();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private BiPredicate<String, ObjectNode> lost = (topic, note) -> false;

    /** Loses those notes among others. */
    synchronized void lose(BiPredicate<String, ObjectNode> which) {
        lost = which;
    }

    synchronized Cluster join(String name) {
        Node node = new Node(name);
        List.copyOf(nodes.values()).forEach(other -> other.watchers.forEach(each -> each.joined(name)));
        nodes.put(name, node);
        return node;
    }

    /** Waits until all notes have been heard that are on their way. */
    void settle() throws Exception {
        // What is heard may be answered.
        for (int i = 0; i < 5; i++) {
            wire.submit(() -> {}).get(10, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        wire.shutdownNow();
    }

    /** As killing it: the others learn of it, and it is not told anything. */
    synchronized void kill(String name) {
        nodes.remove(name);
        List.copyOf(nodes.values()).forEach(other -> other.watchers.forEach(each -> each.left(name)));
    }

    private final class Node implements Cluster {
        private final String name;
        private final Map<String, Listener> listeners = new HashMap<>();
        private final List<Watcher> watchers = new ArrayList<>();

        Node(String name) {
            this.name = name;
        }

        @Override
        public String self() {
            return name;
        }

        @Override
        public Set<String> instances() {
            synchronized (TestNetwork.this) {
                return Set.copyOf(nodes.keySet());
            }
        }

        @Override
        public CompletionStage<Void> tellAll(String topic, ObjectNode note) {
            instances().forEach(each -> tell(each, topic, note));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> tell(String instance, String topic, ObjectNode note) {
            Listener listener;
            synchronized (TestNetwork.this) {
                Node to = nodes.get(instance);
                if (to == null || !nodes.containsKey(name)) {
                    return CompletableFuture.failedStage(new LogUnavailable("instance " + instance + " is gone"));
                }
                listener = !instance.equals(name) && lost.test(topic, note) ? null : to.listeners.get(topic);
            }
            if (listener != null) {
                wire.execute(() -> listener.heard(name, note));
            }
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void listen(String topic, Listener listener) {
            listeners.put(topic, listener);
        }

        @Override
        public void watch(Watcher watcher) {
            watchers.add(watcher);
            instances().stream().filter(each -> !each.equals(name)).forEach(watcher::joined);
        }

        @Override
        public void close() {
            kill(name);
        }
    }
}
