package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Operator;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operators of two instances on one Redis: whatever they ask one is done on both. */
class OperatorsClusterIT {
    private RedisServer redis;
    private TidingsServer one;
    private TidingsServer two;
    private Operator operator;

    @BeforeEach
    void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.start();
        one = TidingsServer.start(settings());
        two = TidingsServer.start(settings());
        operator = Operator.of(one);
    }

    private Map<String, String> settings() {
        return Map.of("tidings.log.backend", "redis", "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
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
    void subscribersAreCountedWhereverTheyAre() {
        try (WsClient here = WsClient.connect(one);
                WsClient there = WsClient.connect(two)) {
            here.subscribe("counted:1");
            there.subscribe("counted:*");
            here.publish("counted:1", "a", "1");
            for (TidingsServer server : List.of(one, two)) {
                Awaitility.await()
                        .untilAsserted(() -> assertThat(WsClient.parse(server.send(server.request(
                                                                "/api/v1/channels?prefix=counted:",
                                                                Tokens.token("ada", "*:*"))
                                                        .build())
                                                .body())
                                        .at("/items/0/subscribers")
                                        .asInt())
                                .isEqualTo(2));
            }
        }
    }

    @Test
    void connectionsAreListedAndSentAwayWhereverTheyAre() {
        try (WsClient here = WsClient.connect(one, Tokens.token("ada"));
                WsClient there = WsClient.connect(two, Tokens.token("ada"));
                WsClient alsoThere = WsClient.connect(two, Tokens.token("ada"))) {
            List<String> all = Stream.of(here, there, alsoThere)
                    .map(WsClient::connection)
                    .sorted()
                    .toList();
            Awaitility.await().untilAsserted(() -> assertThat(operator.ids("")).isEqualTo(all));
            assertThat(Operator.of(two).ids("?subject=ada")).isEqualTo(all);
            JsonNode page = WsClient.parse(operator.connections("?limit=2").body());
            assertThat(page.path("items")).hasSize(2);
            assertThat(page.path("next").asText()).isEqualTo(all.get(1));
            assertThat(page.path("incomplete").asBoolean(true)).isFalse();
            assertThat(operator.ids("?after=" + all.get(1))).containsExactly(all.get(2));

            assertThat(operator.disconnect(there.connection()).statusCode()).isEqualTo(200);
            assertThat(there.awaitClose().code()).isEqualTo(4403);
            Awaitility.await()
                    .until(() -> operator.disconnect(there.connection()).statusCode() == 404);
            assertThat(operator.disconnectSubject("ada").body()).isEqualTo("{\"disconnected\":2,\"incomplete\":false}");
            assertThat(here.awaitClose().code()).isEqualTo(4403);
            assertThat(alsoThere.awaitClose().code()).isEqualTo(4403);
        }
    }

    @Test
    void aRevokedTokenIsRefusedOnAllInstancesWithinTwoSeconds() {
        Map<String, Object> claims = Tokens.claims("ada", "subscribe:a:*");
        claims.put("jti", "stolen");
        String stolen = Tokens.sign(claims);
        String bob = Tokens.token("bob");
        try (WsClient here = WsClient.connect(one, stolen);
                WsClient there = WsClient.connect(two, stolen);
                WsClient bobThere = WsClient.connect(two, bob);
                WsClient stays = WsClient.connect(two, Tokens.token("ada"))) {
            operator.revokeForLong("jti", "another, so that all that is loaded late has been");
            long revoked = System.nanoTime();
            operator.revokeForLong("jti", "stolen");
            assertThat(status(one, stolen)).as("where it was revoked, at once").isEqualTo(401);
            assertThat(there.awaitClose()).isEqualTo(new WsClient.Close(4401, "the token has been revoked"));
            Duration taken = Duration.ofNanos(System.nanoTime() - revoked);
            assertThat(here.awaitClose().code()).isEqualTo(4401);
            assertThat(status(two, stolen)).isEqualTo(401);
            System.out.println(
                    "a token revoked on one instance: closed on the other after " + taken.toMillis() + " ms");
            assertThat(taken).isLessThan(Duration.ofSeconds(2));

            revoked = System.nanoTime();
            operator.revokeForLong("sub", "bob");
            assertThat(bobThere.awaitClose().code()).isEqualTo(4401);
            assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(2));
            stays.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
        try (TidingsServer three = TidingsServer.start(settings())) {
            assertThat(status(three, stolen))
                    .as("an instance that starts later")
                    .isEqualTo(401);
            assertThat(status(three, bob)).isEqualTo(401);
            assertThat(status(three, Tokens.token("ada"))).isEqualTo(200);
        }
    }

    @Test
    void anInstanceThatDoesNotAnswerIsMissed() {
        try (WsClient here = WsClient.connect(one, Tokens.token("ada"));
                WsClient there = WsClient.connect(two, Tokens.token("ada"))) {
            Awaitility.await().until(() -> operator.ids("").size() == 2);
            two.kill();
            JsonNode list = WsClient.parse(operator.connections("").body());
            assertThat(list.path("incomplete").asBoolean()).isTrue();
            assertThat(list.path("items")).hasSize(1);
            HttpResponse<String> unsure = operator.disconnect(there.connection());
            assertThat(unsure.statusCode()).as(unsure.body()).isEqualTo(503);
            assertThat(operator.disconnectSubject("ada").body()).isEqualTo("{\"disconnected\":1,\"incomplete\":true}");
            assertThat(here.awaitClose().code()).isEqualTo(4403);
            Awaitility.await("it is known to have gone")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> operator.connections("").body().contains("\"incomplete\":false"));
            assertThat(operator.disconnect(there.connection()).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whatRedisForgetsIsPutBack() {
        String bob = Tokens.token("bob");
        operator.revokeForLong("sub", "bob");
        redis.kill();
        HttpResponse<String> unavailable = operator.revoke("{\"sub\":\"cleo\",\"until\":4102444800000}");
        assertThat(unavailable.statusCode()).as(unavailable.body()).isEqualTo(503);
        assertThat(status(one, bob)).as("while Redis is gone").isEqualTo(401);
        redis.forget();
        redis.restart();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> one.isReady() && two.isReady());
        assertThat(status(one, bob)).isEqualTo(401);
        Awaitility.await("an instance that starts now knows it")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    try (TidingsServer three = TidingsServer.start(settings())) {
                        return status(three, bob) == 401;
                    }
                });
        assertThat(status(one, Tokens.token("cleo"))).isEqualTo(200);
    }

    private static int status(TidingsServer at, String token) {
        return at.send(at.request("/api/v1/permissions?verb=subscribe&channel=system", token)
                        .build())
                .statusCode();
    }
}
