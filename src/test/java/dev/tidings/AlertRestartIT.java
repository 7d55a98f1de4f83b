package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.AlertClient;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts over kills, restarts and several instances: nothing is missed, and nothing is told twice. */
class AlertRestartIT {
    private static final String HOT = "{'pattern':'oven:*',"
            + "'condition':{'field':'/payload/temperature','op':'gt','value':80},"
            + "'clear':{'field':'/payload/temperature','op':'lt','value':70}%s}";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void whatCameJustBeforeAKillIsRaisedAfterIt() {
        AtomicBoolean takes = new AtomicBoolean();
        List<JsonNode> taken = new CopyOnWriteArrayList<>();
        try (Endpoint endpoint = new Endpoint()) {
            endpoint.answer("/alerts", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (takes.get()) {
                    taken.add(WsClient.parse(body));
                }
                Endpoint.respond(exchange, takes.get() ? 204 : 500, "");
            });
            Map<String, String> settings = Map.of(
                    "tidings.log.file",
                    directory.resolve("log.db").toString(),
                    "tidings.alerts.webhook-backoff",
                    "100ms");
            try (TidingsServer server = TidingsServer.start(settings)) {
                AlertClient ada = AlertClient.of(server);
                ada.putRule("hot", HOT.formatted(",'webhook':'" + endpoint.url("/alerts") + "'"));
                ada.putRule("long", HOT.formatted(",'for':'PT3S'"));
                ada.publish("oven:before", "{'temperature':90}");
                await().until(() -> ada.raised().contains("hot oven:before"));
                await().until(() -> !endpoint.asked("/alerts").isEmpty());
                IntStream.range(0, 20).forEach(i -> ada.publish("oven:" + i, "{'temperature':90}"));
                server.kill();
            }
            takes.set(true);
            try (TidingsServer server = TidingsServer.start(settings)) {
                AlertClient ada = AlertClient.of(server);
                await().atMost(PATIENCE).until(() -> ada.raised().size() == 42);
                await().atMost(PATIENCE).until(() -> taken.size() == 21);
                ada.publish("oven:3", "{'temperature':60}");
                await().until(() -> ada.types("hot", "oven:3").size() == 2);
                assertThat(ada.types("hot", "oven:3")).containsExactly("alert.raised", "alert.cleared");
                assertThat(ada.types("hot", "oven:before")).containsExactly("alert.raised");
                assertThat(ada.told("hot")).hasSize(22);
                // As long as it held, with the time that it was down.
                JsonNode held = ada.told("long").stream()
                        .filter(event -> event.at("/payload/channel").asText().equals("oven:before"))
                        .findFirst()
                        .orElseThrow();
                assertThat(held.path("timestamp").asLong()
                                - held.at("/payload/since").asLong())
                        .isGreaterThanOrEqualTo(3000);
                await().atMost(PATIENCE).until(() -> ada.types("long", "oven:3").size() == 2);
                assertThat(taken).extracting(each -> each.path("rule").asText()).containsOnly("hot");
                server.kill();
            }
            try (TidingsServer server = TidingsServer.start(settings)) {
                AlertClient ada = AlertClient.of(server);
                await().until(() -> ada.raised().size() == 40);
                ada.publish("oven:4", "{'temperature':60}");
                await().until(() -> ada.types("hot", "oven:4").size() == 2);
                assertThat(ada.told("hot")).hasSize(23);
            }
        }
    }

    @Test
    void severalInstancesRaiseOnceAndGoOnWhenOneIsKilled() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable();
                Endpoint endpoint = new Endpoint()) {
            endpoint.answer("/alerts", "{}");
            Map<String, String> settings = new HashMap<>();
            settings.put("tidings.log.backend", "redis");
            settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
            List<TidingsServer> servers = TidingsServer.start(settings, 2);
            try (TidingsServer one = servers.get(0);
                    TidingsServer two = servers.get(1)) {
                AlertClient ada = AlertClient.of(one);
                AlertClient bob = AlertClient.of(two);
                ada.putRule("hot", HOT.formatted(",'webhook':'" + endpoint.url("/alerts") + "'"));
                bob.putRule("long", HOT.formatted(",'for':'PT1S'"));
                IntStream.range(0, 30)
                        .forEach(i -> (i % 2 == 0 ? ada : bob).publish("oven:" + i, "{'temperature':90}"));
                await().atMost(PATIENCE).until(() -> ada.raised().size() == 60);
                await().atMost(PATIENCE).until(() -> bob.raised().equals(ada.raised()));
                await().atMost(PATIENCE).until(() -> ada.told("hot").size() == 30);
                await().atMost(PATIENCE).until(() -> ada.told("long").size() == 30);
                assertThat(bob.post("/rules/hot/acknowledge", "{'channel':'oven:7'}")
                                .statusCode())
                        .isEqualTo(200);
                await().until(() -> ada.get("?acknowledged=true").body().contains("oven:7"));
                await().atMost(PATIENCE).until(() -> endpoint.asked("/alerts").size() == 31);
                IntStream.range(0, 15).forEach(i -> ada.publish("oven:" + i, "{'temperature':60}"));
                one.kill();
                IntStream.range(15, 30).forEach(i -> bob.publish("oven:" + i, "{'temperature':60}"));
                await().atMost(PATIENCE).until(() -> bob.raised().isEmpty());
                await().atMost(PATIENCE).until(() -> bob.told("hot").size() == 61);
                await().atMost(PATIENCE).until(() -> bob.told("long").size() == 60);
                IntStream.range(0, 30)
                        .filter(i -> i != 7)
                        .forEach(i -> assertThat(bob.types("hot", "oven:" + i))
                                .containsExactly("alert.raised", "alert.cleared"));
                // At least once: who was killed may not have come to note what it had sent.
                await().atMost(PATIENCE)
                        .until(() -> endpoint.asked("/alerts").stream()
                                        .map(asked -> asked.headers().get("Tidings-event"))
                                        .distinct()
                                        .count()
                                == 61);
            }
        }
    }
}
