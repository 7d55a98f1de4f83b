package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances on one Redis, and what happens to them when something dies. */
class ClusterIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private RedisServer redis;
    private TidingsServer one;
    private TidingsServer two;

    @BeforeEach
    void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.startDurable();
        one = TidingsServer.start(settings());
        two = TidingsServer.start(settings());
    }

    private Map<String, String> settings() {
        return Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "100");
    }

    @AfterEach
    void stop() {
        for (AutoCloseable each : new AutoCloseable[] {one, two, redis}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aCursorOfOneIsGoodOnTheOther() {
        try (WsClient here = WsClient.connect(one);
                WsClient there = WsClient.connect(two)) {
            String cursor = here.subscribe("moved:*").at("/payload/cursor").asText();
            here.publish("moved:1", "x", "1");
            here.publish("moved:2", "x", "2");
            assertThat(there.subscribe("moved:*", "{\"since\":{\"cursor\":\"" + cursor + "\"}}")
                            .at("/payload/replayed")
                            .asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void whatIsPublishedOnOneReachesSubscribersOfTheOther() {
        try (WsClient here = WsClient.connect(one);
                WsClient there = WsClient.connect(two)) {
            here.subscribe("cluster:1");
            there.subscribe("cluster:*");
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? here : there).publish("cluster:1", "x", Integer.toString(i));
            }
            assertThat(offsets(here.events(20))).isEqualTo(upTo(20));
            assertThat(offsets(there.events(20))).isEqualTo(upTo(20));
            assertThat(json(get(two, "/api/v1/channels/cluster:1/events")).path("events"))
                    .hasSize(20);
        }
    }

    @Test
    void writersOnBothInstancesLoseNothing() throws InterruptedException {
        String path = "/api/v1/channels/cluster:state/state";
        List<Thread> writers = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofVirtual()
                        .start(() -> IntStream.range(0, 25).forEach(i -> {
                            TidingsServer server = t % 2 == 0 ? one : two;
                            HttpResponse<String> response = server.send(server.request(path, ALL)
                                    .method("PATCH", BodyPublishers.ofString("{\"t" + t + "n" + i + "\":1}"))
                                    .build());
                            assertThat(response.statusCode())
                                    .as(response.body())
                                    .isEqualTo(200);
                        })))
                .toList();
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(json(get(one, path))).hasSize(100);
        assertThat(json(get(two, path))).hasSize(100);
    }

    @Test
    void anInstanceThatIsKilledLosesNothingAcknowledged() {
        String epoch;
        List<Long> acknowledged = new ArrayList<>();
        try (WsClient publisher = WsClient.connect(one)) {
            epoch = publisher
                    .publish("cluster:kill", "x", "0")
                    .at("/payload/epoch")
                    .asText();
            for (int i = 0; i < 200; i++) {
                publisher.send(WsClient.publishMessage("p" + i, "cluster:kill", "x", Integer.toString(i)));
            }
            for (int i = 0; i < 100; i++) {
                acknowledged.add(
                        publisher.expect("published").at("/payload/offset").asLong());
            }
            one.kill();
        }
        try (WsClient reader = WsClient.connect(two)) {
            JsonNode reply = reader.subscribe("cluster:kill", "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}");
            assertThat(reply.at("/payload/recovered").asBoolean()).isTrue();
            List<Long> replayed =
                    offsets(reader.events(reply.at("/payload/replayed").asInt()));
            assertThat(replayed).containsAll(acknowledged);
            assertThat(replayed)
                    .isEqualTo(LongStream.rangeClosed(2, replayed.size() + 1L)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void redisGoneIsSaidAtOnceAndNothingIsLostWhenItIsBack() {
        try (WsClient client = WsClient.connect(one);
                WsClient other = WsClient.connect(two)) {
            client.subscribe("cluster:gone");
            other.subscribe("cluster:gone");
            client.publish("cluster:gone", "x", "1");
            redis.kill();
            CompletableFuture<Duration> notReady = CompletableFuture.supplyAsync(() -> {
                long killed = System.nanoTime();
                Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !one.isReady() && !two.isReady());
                return Duration.ofNanos(System.nanoTime() - killed);
            });
            long asked = System.nanoTime();
            JsonNode refused = client.ask(WsClient.publishMessage("2", "cluster:gone", "x", "2"));
            assertThat(refused.at("/payload/code").asText()).isEqualTo("unavailable");
            assertThat(refused.at("/payload/retryable").asBoolean()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(2700));
            HttpResponse<String> rest = one.post("/api/v1/channels/cluster:gone/events", ALL, "{\"event\":\"x\"}");
            assertThat(rest.statusCode()).isEqualTo(503);
            assertThat(rest.headers().firstValue("Retry-After")).isPresent();
            assertThat(notReady.join()).isLessThan(Duration.ofSeconds(5));
            assertThat(one.get("/q/health/live").statusCode()).isEqualTo(200);

            redis.restart();
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> one.isReady() && two.isReady());
            assertThat(client.publish("cluster:gone", "x", "3")
                            .at("/payload/offset")
                            .asLong())
                    .isEqualTo(2);
            assertThat(offsets(client.events(2))).isEqualTo(upTo(2));
            assertThat(offsets(other.events(2))).isEqualTo(upTo(2));
        }
    }

    @Test
    void nobodyIsToldOfARecoveryThatIsNone() {
        String epoch;
        try (WsClient client = WsClient.connect(one)) {
            epoch = client.publish("cluster:lost", "x", "1")
                    .at("/payload/epoch")
                    .asText();
            client.subscribe("cluster:lost");
            redis.kill();
            redis.forget();
            redis.restart();
            JsonNode notice = client.expect("subscribed");
            assertThat(notice.at("/payload/recovered").asBoolean(true)).isFalse();
            assertThat(notice.at("/payload/epoch").asText()).isNotEqualTo(epoch);
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> one.isReady() && two.isReady());
            client.publish("cluster:lost", "x", "2");
            assertThat(client.expect("message").path("offset").asLong()).isEqualTo(1);
        }
        try (WsClient again = WsClient.connect(two)) {
            JsonNode reply = again.subscribe("cluster:lost", "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}");
            assertThat(reply.at("/payload/recovered").asBoolean(true)).isFalse();
        }
    }

    private static HttpResponse<String> get(TidingsServer server, String path) {
        return server.send(server.request(path, ALL).build());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return WsClient.parse(response.body());
    }

    private static List<Long> offsets(List<JsonNode> events) {
        return events.stream().map(each -> each.path("offset").asLong()).toList();
    }

    private static List<Long> upTo(long newest) {
        return LongStream.rangeClosed(1, newest).boxed().toList();
    }
}
