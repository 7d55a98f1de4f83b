package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups of devices, and simulated devices, on two instances that share a log. */
class GroupClusterIT {
    private static final String ADMIN = Tokens.token("ada", "*:*");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final CountDownLatch ENDED = new CountDownLatch(1);

    private static RedisServer redis;
    private static Endpoint plant;
    private static TidingsServer here;
    private static TidingsServer there;

    @BeforeAll
    static void start() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.startDurable();
        plant = new Endpoint().answer("/slow_01", GroupClusterIT::never);
        List<TidingsServer> servers = TidingsServer.start(settings(), 2);
        here = servers.get(0);
        there = servers.get(1);
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("tidings.log.backend", "redis");
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
        settings.put("tidings.limits.connections-per-subject", "1000");
        settings.put("tidings.devices.types.motor.properties.speed.type", "integer");
        settings.put("tidings.devices.types.motor.properties.speed.max", "3000");
        settings.put("tidings.devices.types.motor.properties.actual_speed.type", "integer");
        settings.put("tidings.devices.drivers.slow.kind", "http");
        settings.put("tidings.devices.drivers.slow.devices", "slow_01");
        settings.put("tidings.devices.drivers.slow.url", plant.url("/{id}"));
        settings.put("tidings.devices.drivers.sim.kind", "simulated");
        settings.put("tidings.devices.drivers.sim.model", "motor");
        settings.put("tidings.devices.drivers.sim.devices", "sim_01,sim_02");
        settings.put("tidings.devices.drivers.sim.interval", "100ms");
        return settings;
    }

    private static void never(HttpExchange exchange) {
        try {
            ENDED.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    static void stop() {
        ENDED.countDown();
        if (redis != null) {
            here.close();
            there.close();
            plant.close();
            redis.close();
        }
    }

    @Test
    void aGroupIsTheSameEverywhereAndOutlivesItsInstance() {
        create("g1_a", "{}");
        create("g1_b", "{}");
        JsonNode made = ok(put("g1", ADMIN, "{\"members\":[\"g1_b\",\"g1_a\",\"g1_b\"]}"));
        assertThat(made.toString()).isEqualTo("{\"id\":\"g1\",\"members\":[\"g1_b\",\"g1_a\"]}");
        assertThat(ok(get(there, "/api/v1/groups/g1", ADMIN))).isEqualTo(made);
        create("g1_c", "{}");
        ok(put("g1x", ADMIN, "{\"members\":[\"g1_c\"]}"));
        try (TidingsServer another = TidingsServer.start(settings())) {
            String reader = Tokens.token("bob", "subscribe:group:g1*");
            JsonNode first = ok(get(another, "/api/v1/groups?limit=1", reader));
            JsonNode all = ok(get(another, "/api/v1/groups", reader));
            assertThat(all.path("items").findValuesAsText("id")).containsExactly("g1", "g1x");
            assertThat(first.path("next").isTextual()).isTrue();
        }
        assertThat(ok(delete("g1x"))).isEqualTo(WsClient.parse("{\"id\":\"g1x\",\"members\":[\"g1_c\"]}"));
        assertThat(get(there, "/api/v1/groups/g1x", ADMIN).statusCode()).isEqualTo(404);
        assertThat(delete("g1x").statusCode()).isEqualTo(404);
        assertThat(here.post("/api/v1/groups/g1x", ADMIN, "{\"speed\":1}").statusCode())
                .isEqualTo(404);
        assertThat(ok(get(there, "/api/v1/groups", ADMIN)).path("items").findValuesAsText("id"))
                .doesNotContain("g1x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"members":["m_known","m_none"]}     | 422 | "m_none" is no device
            {"members":["m_known","m_secret"]}   | 422 | "m_secret" is no device
            {"members":"m_known"}                | 400 | a group is an object such as
            {"members":[1]}                      | 400 | each member is the id of a device
            {"members":["not one"]}              | 400 | not a channel
            {}                                   | 400 | a group is an object such as
            []                                   | 400 | a group is an object such as
            """)
    void aGroupOfWhatIsNoDeviceIsRefusedAndNotMade(String body, int status, String detail) {
        create("m_known", "{}");
        create("m_secret", "{}");
        String bob = Tokens.token("bob", "publish:group:*", "subscribe:device:m_known", "subscribe:device:m_none");
        HttpResponse<String> answer = put("refused", bob, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(WsClient.parse(answer.body()).path("detail").asText()).contains(detail);
        assertThat(get(here, "/api/v1/groups/refused", ADMIN).statusCode()).isEqualTo(404);
        String reader = Tokens.token("carol", "subscribe:*");
        assertThat(put("refused", reader, "{\"members\":[\"m_known\"]}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void aChangeOfAllHasAReceiptOfEach() {
        create("c_typed", "{\"device_type\":\"motor\",\"speed\":100}");
        create("c_plain", "{\"speed\":100}");
        create("c_forbidden", "{\"speed\":100}");
        create("c_gone", "{}");
        create("slow_01", "{\"speed\":100}");
        ok(put("all", ADMIN, "{\"members\":[\"c_typed\",\"c_plain\",\"c_forbidden\",\"c_gone\",\"slow_01\"]}"));
        ok(here.send(here.request("/api/v1/channels/device:c_gone/state", ADMIN)
                .DELETE()
                .build()));
        String bob = Tokens.token(
                "bob",
                "publish:group:all",
                "publish:device:c_typed",
                "publish:device:c_p*",
                "publish:device:slow*",
                "publish:device:c_gone");
        JsonNode results = ok(there.post("/api/v1/groups/all?timeout_ms=300", bob, "{\"speed\":15000}"))
                .path("results");
        assertThat(results.at("/c_typed/status").asText()).isEqualTo("error");
        assertThat(results.at("/c_typed/at").asText()).isEqualTo("/speed");
        assertThat(results.at("/c_typed/message").asText()).contains("speed is 15000", "3000");
        assertThat(results.at("/c_plain/status").asText()).isEqualTo("ok");
        assertThat(results.at("/c_plain/new_state/speed").asInt()).isEqualTo(15000);
        assertThat(results.at("/c_forbidden/code").asText()).isEqualTo("forbidden");
        assertThat(results.at("/c_gone/code").asText()).isEqualTo("not_found");
        assertThat(results.at("/slow_01/status").asText()).isEqualTo("timeout");
        assertThat(results.at("/slow_01/retryable").asBoolean()).isTrue();
        assertThat(ok(get(here, "/api/v1/devices/c_forbidden", ADMIN))
                        .at("/state/speed")
                        .asInt())
                .isEqualTo(100);
        assertThat(there.post("/api/v1/groups/all?timeout_ms=0", bob, "{\"speed\":1}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(there.post("/api/v1/groups/all", bob, "{}").statusCode()).isEqualTo(400);
        String reader = Tokens.token("carol", "subscribe:*");
        assertThat(there.post("/api/v1/groups/all", reader, "{\"speed\":1}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void aGroupIsOneChannelOfItsMembersChanges() {
        create("f_a", "{\"device_type\":\"motor\",\"speed\":0}");
        create("f_b", "{\"speed\":0}");
        ok(put("followed", ADMIN, "{\"members\":[\"f_a\",\"f_b\"]}"));
        String bob = Tokens.token("bob", "subscribe:group:followed", "history:group:followed");
        try (WsClient panel = WsClient.connect(there, bob)) {
            panel.subscribe("group:followed", "{}");
            ok(here.post("/api/v1/devices/f_a", ADMIN, "{\"speed\":1}"));
            JsonNode event = panel.expect("message");
            assertThat(event.path("event").asText()).isEqualTo("device.changed");
            assertThat(event.path("cause").asText()).startsWith("control-");
            JsonNode payload = event.path("payload");
            assertThat(payload.path("device_id").asText()).isEqualTo("f_a");
            assertThat(payload.path("device_type").asText()).isEqualTo("motor");
            assertThat(payload.path("previous_state").toString()).isEqualTo("{\"speed\":0}");
            assertThat(payload.path("new_state").toString()).isEqualTo("{\"speed\":1}");
            assertThat(payload.path("action").asText()).isEqualTo("device_control");
            List<String> told = new ArrayList<>(List.of("f_a:1"));
            for (int speed = 2; speed <= 20; speed++) {
                String device = speed % 2 == 0 ? "f_b" : "f_a";
                TidingsServer server = speed % 3 == 0 ? here : there;
                ok(server.post("/api/v1/devices/" + device, ADMIN, "{\"speed\":" + speed + "}"));
                told.add(device + ":" + speed);
            }
            JsonNode last = event;
            for (int i = 1; i < told.size(); i++) {
                last = panel.expect("message");
            }
            assertThat(last.path("offset").asInt()).isEqualTo(20);
        }
        create("f_b", "{\"speed\":21}");
        await().atMost(LONG).until(() -> history("followed").size() > 20);
        List<JsonNode> history = history("followed");
        assertThat(history).as("each once, whoever of the two told it").hasSize(21);
        assertThat(history.getLast().at("/payload/action").asText()).isEqualTo("state.changed");
        for (String device : List.of("f_a", "f_b")) {
            assertThat(history.stream()
                            .filter(event ->
                                    event.at("/payload/device_id").asText().equals(device))
                            .map(event -> event.at("/payload/new_state/speed").asInt()))
                    .as("in the order in which it happened")
                    .isSorted();
        }
        try (WsClient resumed = WsClient.connect(here, bob)) {
            JsonNode subscribed = resumed.subscribe("group:followed", "{\"since\":{\"last\":2}}");
            assertThat(subscribed.at("/payload/replayed").asInt()).isEqualTo(2);
        }
    }

    @Test
    void whoIsInAGroupCannotBeWrittenAroundIt() {
        create("w_secret", "{\"speed\":0}");
        create("w_open", "{\"speed\":0}");
        ok(put("sneaky", ADMIN, "{\"members\":[\"w_open\"]}"));
        String mallory = Tokens.token("mallory", "publish:group:*", "subscribe:group:*", "history:group:*");
        HttpRequest write = here.request("/api/v1/channels/group:sneaky/state", mallory)
                .PUT(HttpRequest.BodyPublishers.ofString("{\"members\":[\"w_secret\"]}"))
                .build();
        ok(here.send(write));
        ok(here.post("/api/v1/devices/w_secret", ADMIN, "{\"speed\":1}"));
        ok(here.post("/api/v1/devices/w_open", ADMIN, "{\"speed\":1}"));
        await().atMost(LONG)
                .until(() -> history("sneaky").stream()
                        .anyMatch(
                                event -> event.at("/payload/device_id").asText().equals("w_open")));
        assertThat(history("sneaky"))
                .noneMatch(event -> event.at("/payload/device_id").asText().equals("w_secret"));
        assertThat(ok(get(here, "/api/v1/groups/sneaky", ADMIN)).path("members").toString())
                .isEqualTo("[\"w_open\"]");
    }

    @Test
    void aSimulatedMotorFollowsWhatAnyInstanceSetsItTo() {
        await().atMost(LONG)
                .until(() -> get(there, "/api/v1/devices/sim_01", ADMIN).statusCode() == 200);
        for (TidingsServer server : List.of(here, there)) {
            int speed = server == here ? 2000 : 500;
            JsonNode answer = ok(server.post("/api/v1/devices/sim_01", ADMIN, "{\"speed\":" + speed + "}"));
            assertThat(answer.path("device_type").asText()).isEqualTo("motor");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(ok(get(there, "/api/v1/devices/sim_01", ADMIN))
                                    .at("/state/actual_speed")
                                    .asInt())
                            .isBetween(speed - 30, speed + 30));
        }
        assertThat(here.post("/api/v1/devices/sim_01", ADMIN, "{\"speed\":15000}")
                        .statusCode())
                .isEqualTo(422);
    }

    private static List<JsonNode> history(String group) {
        List<JsonNode> events = new ArrayList<>();
        ok(get(here, "/api/v1/channels/group:" + group + "/events?event=device.*", ADMIN))
                .path("events")
                .forEach(events::add);
        return events;
    }

    private static void create(String id, String state) {
        ok(here.send(here.request("/api/v1/channels/device:" + id + "/state", ADMIN)
                .PUT(HttpRequest.BodyPublishers.ofString(state))
                .build()));
    }

    private static HttpResponse<String> put(String group, String token, String body) {
        return here.send(here.request("/api/v1/groups/" + group, token)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> delete(String group) {
        return here.send(here.request("/api/v1/groups/" + group, ADMIN).DELETE().build());
    }

    private static HttpResponse<String> get(TidingsServer server, String path, String token) {
        return server.send(server.request(path, token).build());
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return WsClient.parse(answer.body());
    }
}
