package dev.tidings;

import static dev.tidings.testing.WsClient.publishMessage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every limit, what hitting it is answered with, and that it harms nobody else. */
class LimitsIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.connections", "8",
                "tidings.limits.connections-per-subject", "3",
                "tidings.limits.subscriptions-per-connection", "4",
                "tidings.limits.message-size", "100K",
                "tidings.limits.unauthenticated-message-size", "2K",
                "tidings.limits.messages-per-second", "20",
                "tidings.limits.burst", "40",
                "tidings.limits.queue-size", "256K",
                "tidings.auth.authenticate-within", "700ms"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void welcomeNamesTheLimits() {
        try (WsClient client = WsClient.open(server)) {
            JsonNode payload = client.expect("welcome").path("payload");
            assertThat(payload.path("connection").asText()).isNotEmpty();
            assertThat(payload.path("protocol").asText()).isEqualTo("tidings.v1");
            assertThat(payload.path("heartbeat_ms").asInt()).isEqualTo(30_000);
            assertThat(payload.path("authenticate_within_ms").asInt()).isEqualTo(700);
            assertThat(payload.path("max_message_bytes").asInt()).isEqualTo(100 * 1024);
        }
    }

    @Test
    void whoShowsNoTokenInTimeIsClosed() {
        try (WsClient client = WsClient.open(server)) {
            client.expect("welcome");
            assertThat(client.awaitClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void aSubjectHasSoManyConnections() {
        String token = Tokens.token("crowd", "*:*");
        try (WsClient one = WsClient.connect(server, token);
                WsClient two = WsClient.connect(server, token);
                WsClient three = WsClient.connect(server, token)) {
            try (WsClient four = WsClient.open(
                    server, WsClient.builder().header("Authorization", "Bearer " + token), "tidings.v1.json")) {
                assertThat(four.awaitClose().code()).isEqualTo(4409);
            }
            one.socket().abort();
            Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                try (WsClient again = WsClient.open(
                        server, WsClient.builder().header("Authorization", "Bearer " + token), "tidings.v1.json")) {
                    again.expect("welcome");
                    again.expect("authenticated");
                }
            });
            assertThat(two.heardSoFar()).isEmpty();
            assertThat(three.heardSoFar()).isEmpty();
        }
    }

    @Test
    void theServerHasSoManyConnections() {
        List<WsClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                // Answered, and so counted: a handshake alone is over before that.
                clients.add(WsClient.connect(server, Tokens.token("filler" + i)));
            }
            try (WsClient tooMany = WsClient.open(server)) {
                assertThat(tooMany.awaitClose().code()).isEqualTo(4409);
            }
        } finally {
            clients.forEach(WsClient::close);
        }
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> openConnections() == 0);
    }

    private static double openConnections() {
        return metric("tidings_connections_open{transport=\"websocket\"}");
    }

    private static double metric(String name) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aConnectionHasSoManySubscriptions() {
        try (WsClient client = WsClient.connect(server)) {
            for (int i = 0; i < 4; i++) {
                client.subscribe("many:" + i);
            }
            JsonNode refused = client.ask("{\"type\":\"subscribe\",\"id\":\"5\",\"channel\":\"many:5\"}");
            assertThat(refused.at("/payload/code").asText()).isEqualTo("too_many_subscriptions");
            client.subscribe("many:0");
            client.ask("{\"type\":\"unsubscribe\",\"id\":\"6\",\"channel\":\"many:1\"}");
            client.subscribe("many:5");
        }
    }

    @Test
    void aMessageHasSoManyBytes() {
        try (WsClient client = WsClient.connect(server)) {
            client.publish("size:1", "fits", '"' + "x".repeat(100 * 1024 - 200) + '"');
            client.send(publishMessage("2", "size:1", "toobig", '"' + "x".repeat(100 * 1024) + '"'));
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void soDoAllFragmentsOfAMessageTogether() {
        try (WsClient client = WsClient.connect(server)) {
            String half = "x".repeat(60 * 1024);
            client.socket().sendText("{\"pad\":\"" + half, false).join();
            client.socket().sendText(half + "\"}", true).join();
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void aStrangersMessageHasFewerBytes() {
        try (WsClient client = WsClient.open(server)) {
            client.expect("welcome");
            client.send("{\"type\":\"ping\",\"pad\":\"" + "x".repeat(3000) + "\"}");
            client.expectError("message_too_large");
            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void whoSendsTooMuchIsToldAndThenClosed() {
        try (WsClient client = WsClient.connect(server)) {
            for (int i = 0; i < 120; i++) {
                // It may be closed already.
                client.sendIfOpen("{\"type\":\"ping\",\"id\":\"" + i + "\"}");
            }
            JsonNode message = client.next();
            int pongs = 0;
            while (message.path("type").asText().equals("pong")) {
                pongs++;
                message = client.next();
            }
            assertThat(pongs).isBetween(40, 60);
            assertThat(message.at("/payload/code").asText()).isEqualTo("rate_limited");
            assertThat(message.at("/payload/retryable").asBoolean()).isTrue();
            assertThat(message.at("/payload/details/retry_after_ms").asInt()).isBetween(1, 1000);
            assertThat(message.path("id").asText()).isEqualTo(Integer.toString(pongs));
            assertThat(client.awaitClose().code()).isEqualTo(4429);
        }
    }

    @Test
    void threeThingsThatAreNoEnvelopesCloseTheConnection() {
        try (WsClient client = WsClient.connect(server)) {
            for (String nonsense : List.of("garbage", "[1]", "{\"no\":\"type\"}")) {
                assertThat(client.isClosed()).isFalse();
                client.send(nonsense);
                client.expectError("invalid_message");
            }
            assertThat(client.awaitClose().code()).isEqualTo(4400);
        }
    }

    @Test
    void whoStopsReadingIsClosedAndHarmsNobody() {
        try (RawClient lazy = new RawClient(server, Tokens.token("lazy", "*:*"));
                WsClient reader = WsClient.connect(server, Tokens.token("reader", "*:*"));
                WsClient publisher = WsClient.connect(server, Tokens.token("publisher", "*:*"))) {
            lazy.sendText("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"slow:1\"}");
            reader.subscribe("slow:1");
            double before = metric("tidings_slow_consumers_total");
            String payload = '"' + "x".repeat(64 * 1024) + '"';
            int sent = 0;
            while (metric("tidings_slow_consumers_total") == before) {
                publisher.publish("slow:1", "big", payload);
                assertThat(++sent).as("events of 64 KiB for a queue of 256 KiB").isLessThan(200);
                assertThat(reader.expect("message").path("offset").asInt()).isEqualTo(sent);
                Awaitility.await().pollDelay(Duration.ofMillis(50)).until(() -> true);
            }
            assertThat(lazy.closeCode()).isEqualTo(4408);
        }
    }

    @Test
    void whoGivesNoSignOfLifeIsClosed() {
        try (TidingsServer impatient = TidingsServer.start(Map.of("tidings.heartbeat", "600ms"));
                RawClient silent = new RawClient(impatient, Tokens.token("silent", "*:*"));
                WsClient alive = WsClient.connect(impatient)) {
            long started = System.nanoTime();
            assertThat(silent.closeCode()).isEqualTo(1001);
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
            // The other one's library answers pings.
            assertThat(alive.heardSoFar()).isEmpty();
        }
    }
}
