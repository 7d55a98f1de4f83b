package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.log.TestLog;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable subscriptions over restarts of an instance, and from one instance to another. */
class DurableRestartIT {
    private static final String WORKER = "{\"durable\":\"worker\"}";
    private static final int EVENTS = 600;

    @TempDir
    Path directory;

    private Map<String, String> sqlite(String... more) {
        return settings(more, "tidings.log.file", directory.resolve("log.db").toString());
    }

    private static Map<String, String> settings(String[] more, String... own) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "100"));
        for (String[] pairs : List.of(own, more)) {
            for (int i = 0; i < pairs.length; i += 2) {
                settings.put(pairs[i], pairs[i + 1]);
            }
        }
        return settings;
    }

    private static Map<String, String> redis(RedisServer redis) {
        return settings(
                new String[0],
                "tidings.log.backend",
                "redis",
                "quarkus.redis.hosts",
                "redis://127.0.0.1:" + redis.port());
    }

    private long inFile(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("log.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : -1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void afterAKillItGoesOnAfterWhatWasStored() {
        try (TidingsServer server = TidingsServer.start(sqlite());
                WsClient client = WsClient.connect(server)) {
            client.subscribe("jobs:1", WORKER);
            publish(client, 6);
            assertThat(offsets(client.events(6))).isEqualTo(range(1, 6));
            ack(client, 4);
            Awaitility.await().until(() -> inFile("SELECT offset FROM durable") == 4);
            server.kill();
        }
        try (TidingsServer server = TidingsServer.start(sqlite())) {
            assertResumed(server, 5, 6);
        }
    }

    @Test
    void whatIsAcknowledgedLastIsStoredWhenTheServiceIsStopped() {
        try (TidingsServer server = TidingsServer.start(sqlite());
                WsClient client = WsClient.connect(server)) {
            client.subscribe("jobs:1", WORKER);
            publish(client, 6);
            client.events(6);
            ack(client, 5);
            assertThat(client.heardSoFar()).isEmpty();
            server.process().destroy();
            assertThat(server.awaitExit()).isEqualTo(143);
        }
        assertThat(inFile("SELECT offset FROM durable")).isEqualTo(5);
    }

    @Test
    void aSubscriptionThatHoldsIsNotForgotten() {
        try (TidingsServer server = TidingsServer.start(sqlite("tidings.durable.keep", "4s"));
                WsClient client = WsClient.connect(server)) {
            client.subscribe("jobs:1", WORKER);
            Awaitility.await().until(() -> inFile("SELECT count(*) FROM durable") == 1);
            long first = inFile("SELECT touched FROM durable");
            Awaitility.await().until(() -> inFile("SELECT touched FROM durable") > first + 1000);
            client.ask("{\"type\":\"unsubscribe\",\"id\":\"u\",\"channel\":\"jobs:1\"}");
            Awaitility.await().until(() -> {
                // What has had its time is deleted when another begins.
                String channel = "other:" + System.nanoTime();
                client.subscribe(channel, WORKER);
                client.ask("{\"type\":\"unsubscribe\",\"id\":\"u\",\"channel\":\"" + channel + "\"}");
                return inFile("SELECT count(*) FROM durable WHERE channel = 'jobs:1'") == 0;
            });
            JsonNode again = client.subscribe("jobs:1", WORKER);
            assertThat(again.at("/payload/recovered").asBoolean(true)).isFalse();
        }
    }

    @Test
    void itGoesOnAtAnotherInstance() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable();
                TidingsServer one = TidingsServer.start(redis(redis));
                TidingsServer two = TidingsServer.start(redis(redis))) {
            try (WsClient client = WsClient.connect(one)) {
                client.subscribe("jobs:1", WORKER);
                publish(client, 6);
                client.events(6);
                ack(client, 4);
                assertThat(client.heardSoFar()).isEmpty();
            }
            Awaitility.await().until(() -> replayed(two) == 2);
            assertResumed(two, 5, 6);
            redis.kill();
            redis.restart();
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(two::isReady);
            one.kill();
            assertResumed(two, 5, 6);
        }
    }

    @Test
    void whatIsAcknowledgedWhileRedisIsGoneIsStoredWhenItIsBack() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable();
                TidingsServer one = TidingsServer.start(redis(redis));
                TidingsServer two = TidingsServer.start(redis(redis))) {
            try (WsClient client = WsClient.connect(one)) {
                client.subscribe("jobs:1", WORKER);
                publish(client, 6);
                client.events(6);
                redis.kill();
                ack(client, 5);
                JsonNode refused = client.ask(
                        "{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"jobs:2\",\"payload\":" + WORKER + "}");
                assertThat(refused.at("/payload/code").asText()).isEqualTo("unavailable");
            }
            redis.restart();
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> one.isReady() && two.isReady());
            Awaitility.await().until(() -> replayed(two) == 1);
            assertResumed(two, 6, 6);
        }
    }

    @Test
    void whenRedisHasLostTheChannelItIsSaid() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable();
                TidingsServer server = TidingsServer.start(redis(redis));
                WsClient client = WsClient.connect(server)) {
            client.subscribe("jobs:1", WORKER);
            publish(client, 6);
            client.events(6);
            ack(client, 6);
            assertThat(client.heardSoFar()).isEmpty();
            redis.kill();
            redis.forget();
            redis.restart();
            JsonNode notice = client.expect("subscribed");
            assertThat(notice.at("/payload/recovered").asBoolean(true)).isFalse();
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(server::isReady);
            publish(client, 3);
            assertThat(offsets(client.events(3))).isEqualTo(range(1, 3));
            ack(client, 2);
            assertThat(client.heardSoFar()).isEmpty();
            assertResumed(server, 3, 3);
        }
    }

    /**
     * A consumer acknowledges now and then, is cut off at any moment, and comes back on another instance: it is sent every
     * event at least once, in order, and none is missing.
     */
    @Test
    void aConsumerThatIsCutOffAtRandomMissesNothing() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        Random random = new Random(20_240_607);
        try (RedisServer redis = RedisServer.startDurable();
                TidingsServer one = TidingsServer.start(redis(redis));
                TidingsServer two = TidingsServer.start(redis(redis))) {
            try (WsClient first = WsClient.connect(one)) {
                first.subscribe("jobs:1", WORKER);
            }
            CompletableFuture<Void> publisher = TestLog.inBackground(() -> {
                try (WsClient client = WsClient.connect(two)) {
                    publish(client, EVENTS);
                }
            });
            Consumer consumer = new Consumer(random);
            for (int life = 0; consumer.processed < EVENTS; life++) {
                assertThat(life).as("lives").isLessThan(EVENTS);
                consumer.live(random.nextBoolean() ? one : two);
            }
            publisher.join();
            assertThat(consumer.lives).as("it has been cut off").isGreaterThan(10);
            Awaitility.await("nothing that was acknowledged is sent again")
                    .until(() -> replayed(one) == EVENTS - consumer.acknowledged);
        }
    }

    /** What it has dealt with is in no memory of the server's but for what it acknowledged. */
    private static final class Consumer {
        private final Random random;
        private long processed;
        private long acknowledged;
        private int lives;

        Consumer(Random random) {
            this.random = random;
        }

        void live(TidingsServer server) {
            lives++;
            try (WsClient client = WsClient.connect(server)) {
                JsonNode subscribed = client.subscribe("jobs:1", WORKER);
                assertThat(subscribed.at("/payload/recovered").asBoolean())
                        .as(subscribed.toString())
                        .isTrue();
                int life = 1 + random.nextInt(60);
                long last = -1;
                for (int i = 0; i < life && processed < EVENTS; i++) {
                    long offset = client.expect("message").path("offset").asLong();
                    if (last < 0) {
                        assertThat(offset)
                                .as("it begins where it has left off, or before")
                                .isLessThanOrEqualTo(processed + 1);
                    } else {
                        assertThat(offset).as("in order and without a hole").isEqualTo(last + 1);
                    }
                    last = offset;
                    processed = Math.max(processed, offset);
                    if (random.nextInt(4) == 0) {
                        acknowledged = Math.max(acknowledged, offset);
                        ack(client, offset);
                    }
                }
            }
        }
    }

    /** How many events are sent again; -1 while that cannot be told. */
    private static long replayed(TidingsServer server) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.ask(
                    "{\"type\":\"subscribe\",\"id\":\"r\",\"channel\":\"jobs:1\",\"payload\":" + WORKER + "}");
            return reply.at("/payload/replayed").asLong(-1);
        }
    }

    private static void assertResumed(TidingsServer server, long from, long to) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode payload = client.subscribe("jobs:1", WORKER).path("payload");
            assertThat(payload.path("recovered").asBoolean()).isTrue();
            assertThat(offsets(client.heardSoFar())).isEqualTo(range(from, to));
        }
    }

    private static void ack(WsClient client, long offset) {
        client.send("{\"type\":\"ack\",\"channel\":\"jobs:1\",\"offset\":" + offset + "}");
    }

    private static void publish(WsClient client, int count) {
        for (int i = 1; i <= count; i++) {
            client.publish("jobs:1", "job.made", Integer.toString(i));
        }
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<Long> offsets(List<JsonNode> events) {
        return events.stream().map(each -> each.path("offset").asLong()).toList();
    }
}
