package dev.tidings;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.PresenceClient;
import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is present, over several instances on one Redis, and what becomes of it when something dies. */
class PresenceClusterIT {
    private static final String ROOM = "room:1";

    private final List<TidingsServer> servers = new ArrayList<>();
    private final List<PresenceClient> clients = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void startRedis() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.startDurable();
    }

    @AfterEach
    void stop() {
        clients.forEach(PresenceClient::close);
        servers.forEach(TidingsServer::close);
        if (redis != null) {
            redis.close();
        }
    }

    private List<TidingsServer> start(int count) {
        servers.addAll(TidingsServer.start(settings(hosts(redis), Map.of()), count));
        return servers;
    }

    private static String hosts(RedisServer server) {
        return "redis://127.0.0.1:" + server.port();
    }

    private static TidingsServer startOn(String hosts, Map<String, String> others) {
        return TidingsServer.start(settings(hosts, others));
    }

    private static Map<String, String> settings(String hosts, Map<String, String> others) {
        Map<String, String> settings = new HashMap<>(others);
        settings.put("tidings.log.backend", "redis");
        settings.put("quarkus.redis.hosts", hosts);
        settings.put("tidings.limits.messages-per-second", "1000000");
        settings.put("tidings.limits.burst", "1000000");
        settings.put("tidings.limits.connections-per-subject", "1000");
        return settings;
    }

    private PresenceClient connect(TidingsServer server, String subject) {
        PresenceClient client = PresenceClient.connect(server, Tokens.token(subject, "*:*"));
        clients.add(client);
        return client;
    }

    private PresenceClient enter(TidingsServer server, String subject) {
        PresenceClient client = connect(server, subject);
        client.enter(ROOM);
        return client;
    }

    private static int count(TidingsServer server) {
        HttpResponse<String> response = ask(server);
        return response.statusCode() == 200
                ? WsClient.parse(response.body()).path("count").asInt()
                : -response.statusCode();
    }

    private static HttpResponse<String> ask(TidingsServer server) {
        return server.send(server.request("/api/v1/channels/" + ROOM + "/presence?limit=0", Tokens.token("r", "*:*"))
                .build());
    }

    private void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> servers.stream().allMatch(TidingsServer::isReady));
    }

    private static void awaitCount(TidingsServer server, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> count(server) == count);
    }

    /** Waits for a change of somebody, and answers whatever was heard until then. */
    private static List<String> changesUntil(PresenceClient listener, String last) {
        List<String> changes = new ArrayList<>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    // A Redis without its data makes a subscribed, too, which nobody asked for.
                    listener.client().heard().stream()
                            .filter(each -> !each.path("type").asText().equals("subscribed"))
                            .forEach(each -> changes.add(change(each)));
                    return changes.contains(last);
                });
        return changes;
    }

    private static String change(JsonNode message) {
        return message.path("type").asText() + " "
                + message.at("/payload/connection").asText();
    }

    @Test
    void membersOnEveryInstanceHearOfEachOther() {
        start(3);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        ada.expectJoined(ROOM, bob);
        PresenceClient cid = enter(servers.get(2), "cid");
        ada.expectJoined(ROOM, cid);
        bob.expectJoined(ROOM, cid);
        for (PresenceClient each : List.of(ada, bob, cid)) {
            assertThat(each.members(ROOM, "{}").path("members"))
                    .extracting(member -> member.path("subject").asText())
                    .containsExactlyInAnyOrder("ada", "bob", "cid");
        }
        servers.forEach(server -> assertThat(count(server)).isEqualTo(3));
        PresenceClient eve = PresenceClient.connect(servers.get(1), Tokens.tenantToken("other", "eve", "*:*"));
        clients.add(eve);
        eve.enter(ROOM);
        assertThat(eve.members(ROOM, "{}").path("count").asInt()).isEqualTo(1);
        bob.leave(ROOM);
        ada.expectLeft(ROOM, bob);
        cid.expectLeft(ROOM, bob);
        cid.disconnect();
        ada.expectLeft(ROOM, cid);
        servers.forEach(server -> awaitCount(server, 1));
        assertThat(ada.rest(ROOM)).isEmpty();
        assertThat(eve.rest(ROOM)).isEmpty();
    }

    @Test
    void manyComingAndGoingOnAllInstancesAreToldInOrder() {
        start(2);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        ada.expectJoined(ROOM, bob);
        List<PresenceClient> movers = IntStream.range(0, 10)
                .mapToObj(i -> connect(servers.get(i % 2), "m" + i))
                .toList();
        for (int round = 0; round < 20; round++) {
            movers.forEach(each -> each.enter(ROOM));
            movers.forEach(each -> each.leave(ROOM));
        }
        // Whoever leaves does not wait for Redis.
        awaitCount(servers.get(0), 2);
        for (PresenceClient listener : List.of(ada, bob)) {
            List<JsonNode> changes = listener.rest(ROOM);
            assertThat(changes).hasSize(400);
            for (PresenceClient mover : movers) {
                List<String> own = changes.stream()
                        .filter(each -> each.at("/payload/connection").asText().equals(mover.connection()))
                        .map(each -> each.path("type").asText())
                        .toList();
                assertThat(own).hasSize(40);
                IntStream.range(0, 40).forEach(i -> assertThat(own.get(i)).isEqualTo(i % 2 == 0 ? "joined" : "left"));
            }
        }
    }

    @Test
    void membersOfAnInstanceThatIsKilledLeaveWithin15Seconds() {
        start(3);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        List<PresenceClient> dying = IntStream.range(0, 100)
                .mapToObj(i -> enter(servers.get(2), "d" + i))
                .toList();
        ada.rest(ROOM);
        bob.rest(ROOM);
        servers.get(2).kill();
        long killed = System.nanoTime();
        awaitCount(servers.get(0), 2);
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(15));
        System.out.printf(
                "members of a killed instance had left after %d ms%n", (System.nanoTime() - killed) / 1_000_000);
        for (PresenceClient survivor : List.of(ada, bob)) {
            List<String> changes =
                    survivor.rest(ROOM).stream().map(PresenceClusterIT::change).toList();
            assertThat(changes)
                    .containsExactlyInAnyOrderElementsOf(dying.stream()
                            .map(each -> "left " + each.connection())
                            .toList());
        }
    }

    @Test
    void membersOfAnInstanceThatStopsLeaveAsTheirConnectionsClose() {
        servers.add(startOn(hosts(redis), Map.of("tidings.drain", "3s")));
        servers.add(startOn(hosts(redis), Map.of("tidings.drain", "3s")));
        PresenceClient ada = enter(servers.get(0), "ada");
        List<PresenceClient> moving = IntStream.range(0, 20)
                .mapToObj(i -> enter(servers.get(1), "m" + i))
                .toList();
        ada.rest(ROOM);
        long told = System.nanoTime();
        servers.get(1).process().destroy();
        awaitCount(servers.get(0), 1);
        assertThat(Duration.ofNanos(System.nanoTime() - told))
                .as("no lease has to run out")
                .isLessThan(Duration.ofSeconds(6));
        moving.forEach(each ->
                assertThat(each.client().awaitClose().code()).as("drained").isEqualTo(1012));
        assertThat(ada.rest(ROOM).stream().map(PresenceClusterIT::change))
                .containsExactlyInAnyOrderElementsOf(
                        moving.stream().map(each -> "left " + each.connection()).toList());
    }

    @Test
    void aRedisClusterMakesNoDifference() {
        try (RedisCluster cluster = RedisCluster.start()) {
            Map<String, String> clustered = Map.of("quarkus.redis.client-type", "cluster");
            String hosts =
                    cluster.nodes().stream().map(PresenceClusterIT::hosts).collect(joining(","));
            servers.add(startOn(hosts, clustered));
            servers.add(startOn(hosts, clustered));
            PresenceClient ada = connect(servers.get(0), "ada");
            PresenceClient bob = connect(servers.get(1), "bob");
            List<String> channels =
                    IntStream.range(0, 12).mapToObj(i -> "room:" + i).toList();
            for (String channel : channels) {
                ada.enter(channel);
                bob.enter(channel);
                ada.expectJoined(channel, bob);
                assertThat(ada.members(channel, "{}").path("count").asInt()).isEqualTo(2);
                assertThat(bob.members(channel, "{}").path("members")).hasSize(2);
            }
            assertThat(cluster.nodes().stream()
                            .filter(node -> node.run("KEYS", "tidings:*:presence:present")
                                    .contains("present"))
                            .count())
                    .as("nodes that have members: shards are spread by their hash tags")
                    .isGreaterThan(1);
            servers.get(1).kill();
            long killed = System.nanoTime();
            List<String> left = new ArrayList<>();
            channels.forEach(
                    each -> left.add(ada.client().expect("left").path("channel").asText()));
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(15));
            assertThat(left).containsExactlyInAnyOrderElementsOf(channels);
            servers.forEach(TidingsServer::close);
        }
    }

    @Test
    void redisGoneIsSaidAndWithItsDataNobodyHasMoved() {
        start(2);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        ada.expectJoined(ROOM, bob);
        PresenceClient cid = enter(servers.get(1), "cid");
        ada.expectJoined(ROOM, cid);
        bob.expectJoined(ROOM, cid);
        PresenceClient late = connect(servers.get(0), "late");
        redis.kill();
        for (PresenceClient asking : List.of(ada, late)) {
            JsonNode refused = asking.client().ask(PresenceClient.question(ROOM, "{}"));
            assertThat(refused.at("/payload/code").asText()).isEqualTo("unavailable");
            assertThat(refused.at("/payload/retryable").asBoolean()).isTrue();
        }
        long asked = System.nanoTime();
        JsonNode refused = late.client()
                .ask("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"room:1\",\"payload\":{\"presence\":true}}");
        assertThat(refused.at("/payload/code").asText()).isEqualTo("unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(2700));
        assertThat(ask(servers.get(0)).statusCode()).isEqualTo(503);
        cid.disconnect();

        redis.restart();
        awaitReady();
        servers.forEach(server -> awaitCount(server, 2));
        assertThat(changesUntil(ada, "left " + cid.connection())).containsExactly("left " + cid.connection());
        assertThat(changesUntil(bob, "left " + cid.connection())).containsExactly("left " + cid.connection());
        late.enter(ROOM);
        ada.expectJoined(ROOM, late);
        bob.expectJoined(ROOM, late);
    }

    @Test
    void redisBackWithoutItsDataIsToldWhoIsThereAgain() {
        start(2);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        PresenceClient cid = enter(servers.get(1), "cid");
        PresenceClient dan = enter(servers.get(0), "dan");
        ada.rest(ROOM);
        bob.rest(ROOM);
        redis.kill();
        redis.forget();
        cid.disconnect();
        redis.restart();
        awaitReady();
        servers.forEach(server -> awaitCount(server, 3));
        assertThat(changesUntil(ada, "left " + cid.connection())).containsExactly("left " + cid.connection());
        assertThat(changesUntil(bob, "left " + cid.connection())).containsExactly("left " + cid.connection());
        dan.leave(ROOM);
        ada.expectLeft(ROOM, dan);
        bob.expectLeft(ROOM, dan);
        PresenceClient eve = enter(servers.get(0), "eve");
        ada.expectJoined(ROOM, eve);
        bob.expectJoined(ROOM, eve);
    }

    @Test
    void anInstanceThatDiesWhileRedisIsGoneLeavesNoGhosts() {
        start(2);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        ada.expectJoined(ROOM, bob);
        redis.kill();
        servers.get(1).kill();
        redis.restart();
        awaitCount(servers.get(0), 1);
        assertThat(changesUntil(ada, "left " + bob.connection())).containsExactly("left " + bob.connection());
    }

    @Test
    void anInstanceThatHangsIsTakenForDeadAndComesBack() throws Exception {
        start(2);
        PresenceClient ada = enter(servers.get(0), "ada");
        PresenceClient bob = enter(servers.get(1), "bob");
        PresenceClient cid = enter(servers.get(1), "cid");
        ada.rest(ROOM);
        bob.rest(ROOM);
        signal("-STOP", servers.get(1));
        try {
            awaitCount(servers.get(0), 1);
        } finally {
            signal("-CONT", servers.get(1));
        }
        awaitCount(servers.get(0), 3);
        assertThat(ada.rest(ROOM).stream().map(PresenceClusterIT::change))
                .containsExactlyInAnyOrder(
                        "left " + bob.connection(),
                        "left " + cid.connection(),
                        "joined " + bob.connection(),
                        "joined " + cid.connection());
        assertThat(bob.rest(ROOM)).as("those who were there all the time").isEmpty();
    }

    private static void signal(String name, TidingsServer server) throws Exception {
        assertThat(new ProcessBuilder(
                                "kill", name, Long.toString(server.process().pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
