package dev.tidings;

import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * How many acknowledgements a second a running service takes from several connections, with each log, and how long publishing
 * takes meanwhile and without.
 *
 * <p>{@code ./mvnw -q package dependency:build-classpath -DskipTests -Dmdep.outputFile=target/classpath} and {@code java -cp
 * target/test-classes:target/classes:$(cat target/classpath) dev.tidings.DurableBenchmark}; it takes a {@code redis-server}.
 */
final class DurableBenchmark {
    private static final int CONNECTIONS = 20;
    private static final int EVENTS = 10_000;
    private static final int PUBLISHED = 500;

    private DurableBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        measure("memory", Map.of());
        Path directory = Files.createTempDirectory("tidings-durable");
        measure("SQLite", Map.of("tidings.log.file", directory.resolve("log.db").toString()));
        try (RedisServer redis = RedisServer.start()) {
            measure(
                    "Redis",
                    Map.of("tidings.log.backend", "redis", "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port()));
        }
    }

    private static void measure(String what, Map<String, String> log) {
        Map<String, String> settings = new HashMap<>(log);
        settings.put("tidings.limits.messages-per-second", "1000000");
        settings.put("tidings.limits.burst", "1000000");
        try (TidingsServer server = TidingsServer.start(settings)) {
            List<WsClient> clients = new ArrayList<>();
            try (WsClient publisher = WsClient.connect(server)) {
                IntStream.range(0, CONNECTIONS).forEach(i -> clients.add(consumer(server, "worker-" + i)));
                for (int i = 0; i < EVENTS / 1000; i++) {
                    publishTogether(server);
                }
                clients.forEach(client -> client.events(EVENTS));
                publish(publisher, PUBLISHED);
                double quiet = publish(publisher, PUBLISHED);
                CompletableFuture<Double> busy = CompletableFuture.supplyAsync(() -> publish(publisher, PUBLISHED));
                double perSecond = acknowledge(clients);
                System.out.printf(
                        "%s: %.0f acks/s from %d connections; a publish takes %.3f ms without, %.3f ms meanwhile%n",
                        what, perSecond, CONNECTIONS, quiet, busy.join());
            } finally {
                clients.forEach(WsClient::close);
            }
        }
    }

    private static WsClient consumer(TidingsServer server, String subject) {
        WsClient client = WsClient.connect(server, Tokens.token(subject, "*:*"));
        client.subscribe("jobs:1", "{\"durable\":\"worker\"}");
        return client;
    }

    private static void publishTogether(TidingsServer server) {
        String event = "{\"channel\":\"jobs:1\",\"event\":\"job.made\",\"payload\":1}";
        String body = "[" + String.join(",", Collections.nCopies(1000, event)) + "]";
        int status =
                server.post("/api/v1/events", Tokens.token("ada", "*:*"), body).statusCode();
        if (status != 200) {
            throw new IllegalStateException("answered " + status);
        }
    }

    /** The mean of ms for one. */
    private static double publish(WsClient publisher, int count) {
        long before = System.nanoTime();
        for (int i = 0; i < count; i++) {
            publisher.publish("jobs:1", "job.made", "1");
        }
        return (System.nanoTime() - before) / 1e6 / count;
    }

    /** How many a second; the reply to a ping comes when all have been taken. */
    private static double acknowledge(List<WsClient> clients) {
        long before = System.nanoTime();
        List<Thread> threads = clients.stream()
                .map(client -> Thread.ofPlatform().start(() -> {
                    for (int i = 1; i <= EVENTS; i++) {
                        client.send("{\"type\":\"ack\",\"channel\":\"jobs:1\",\"offset\":" + i + "}");
                    }
                    client.ask("{\"type\":\"ping\",\"id\":\"last\"}");
                }))
                .toList();
        threads.forEach(DurableBenchmark::join);
        return clients.size() * (double) EVENTS / ((System.nanoTime() - before) / 1e9);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
