package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine control panel, with nothing but what its own clients say and expect. */
class DevicesDialectIT {
    private static final String PATH = "/ws/devices?client_id=panel";
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.auth.anonymous", "subscribe:device:public_*",
                "tidings.auth.authenticate-within", "3s",
                "tidings.limits.message-size", "64K",
                "tidings.limits.queue-size", "64K",
                "tidings.limits.connections-per-subject", "100",
                "tidings.limits.subscriptions-per-connection", "5",
                "tidings.limits.messages-per-second", "50",
                "tidings.limits.burst", "60"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** As the record of such panels shows it, from the first message to the last. */
    @Test
    void aPanelDoesWhatItsRecordShows() {
        String token = tenant("record");
        write(token, "motor_01", "{\"device_type\":\"motor\",\"speed\":100}");
        try (DialectClient panel = DialectClient.connect(server, PATH, token)) {
            JsonNode established = panel.expect("connection_established");
            assertThat(established.path("message").asText()).isNotEmpty();
            assertThat(established.path("total_connections").asInt()).isEqualTo(1);
            assertThat(established.path("timestamp").asDouble()).isBetween(1.6e9, 1e11);
            assertThat(panel.expect("all_devices_status")
                            .at("/devices/motor_01/speed")
                            .asInt())
                    .isEqualTo(100);

            panel.send("{'action': 'subscribe', 'device_id': 'motor_01'}");
            JsonNode confirmed = panel.expect("subscription_confirmed");
            assertThat(confirmed.path("device_id").asText()).isEqualTo("motor_01");
            assertThat(confirmed.has("timestamp")).isTrue();

            control(token, "motor_01", "{\"speed\":150}");
            JsonNode update = panel.expect("device_update");
            assertThat(update.path("device_id").asText()).isEqualTo("motor_01");
            assertThat(update.path("data"))
                    .isEqualTo(WsClient.parse("{\"device_id\":\"motor_01\",\"device_type\":\"motor\",\"changed\":true,"
                            + "\"action\":\"device_control\",\"previous_state\":{\"speed\":100},"
                            + "\"new_state\":{\"speed\":150}}"));
            assertThat(update.path("timestamp").asDouble()).isBetween(1.6e9, 1e11);

            panel.send("{'action': 'get_status', 'device_id': 'motor_01'}");
            JsonNode status = panel.expect("device_status");
            assertThat(status.path("device_id").asText()).isEqualTo("motor_01");
            assertThat(status.at("/data/speed").asInt()).isEqualTo(150);

            panel.send("{'action': 'get_all_status'}");
            assertThat(panel.expect("all_devices_status").path("devices"))
                    .isEqualTo(WsClient.parse("{\"motor_01\":{\"device_type\":\"motor\",\"speed\":150}}"));

            panel.send("{'action': 'get_status', 'device_id': 'motor_99'}");
            error(panel, "device_not_found");
            panel.send("{'action': 'unsubscribe', 'device_id': 'motor_01'}");
            assertThat(panel.expect("unsubscription_confirmed")
                            .path("device_id")
                            .asText())
                    .isEqualTo("motor_01");
        }
    }

    @Test
    void withoutAnySubscriptionItGetsAllDevicesAndWithSomeThose() {
        String token = tenant("choosing");
        write(token, "a", "{\"device_type\":\"motor\",\"v\":0}");
        write(token, "b", "{\"device_type\":\"lamp\",\"v\":0}");
        try (DialectClient panel = panel(token)) {
            write(token, "b", "{\"v\":1}");
            JsonNode update = panel.expect("device_update");
            assertThat(update.at("/data/device_type").asText()).isEqualTo("lamp");
            assertThat(update.at("/data/action").asText()).isEqualTo("state.changed");

            choose(panel, "a");
            write(token, "b", "{\"v\":2}");
            write(token, "a", "{\"v\":2}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("a");
            choose(panel, "b");
            write(token, "b", "{\"v\":3}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("b");

            for (String device : new String[] {"a", "b"}) {
                panel.send("{'action':'unsubscribe','device_id':'" + device + "'}");
                panel.expect("unsubscription_confirmed");
            }
            panel.expect("all_devices_status");
            panel.send("{'action':'unsubscribe','device_id':'never'}");
            panel.expect("unsubscription_confirmed");
            write(token, "a", "{\"v\":4}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("a");
        }
    }

    @Test
    void ofADeviceThatComesAndGoesItHearsWhatItIs() {
        String token = tenant("coming");
        try (DialectClient panel = panel(token)) {
            write(token, "new", "{\"device_type\":\"press\",\"on\":true}");
            JsonNode came = panel.expect("device_update").path("data");
            assertThat(came.path("device_type").asText()).isEqualTo("press");
            assertThat(came.at("/previous_state/on").isNull()).isTrue();
            assertThat(server.send(server.request("/api/v1/channels/device:new/state", token)
                                    .DELETE()
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
            JsonNode went = panel.expect("device_update").path("data");
            assertThat(went.path("action").asText()).isEqualTo("state.deleted");
            assertThat(went.path("device_type").asText()).isEqualTo("press");
            assertThat(went.at("/new_state/on").isNull()).isTrue();
            server.post("/api/v1/channels/device:new/events", token, "{\"event\":\"something.else\"}");
            write(token, "other", "{\"v\":1}");
            JsonNode untyped = panel.expect("device_update").path("data");
            assertThat(untyped.path("device_id").asText()).isEqualTo("other");
            assertThat(untyped.path("device_type").isNull()).isTrue();
        }
    }

    @Test
    void itSeesWhatItsTokenPermits() {
        write(TOKEN, "seen_1", "{\"v\":1}");
        write(TOKEN, "unseen_1", "{\"v\":1}");
        String token = Tokens.token("bob", "subscribe:device:seen_*", "subscribe:device:seen_1", "subscribe:agent:*");
        try (DialectClient panel = DialectClient.connect(server, PATH, token)) {
            panel.expect("connection_established");
            assertThat(panel.expect("all_devices_status").path("devices"))
                    .isEqualTo(WsClient.parse("{\"seen_1\":{\"v\":1}}"));
            write(TOKEN, "unseen_1", "{\"v\":2}");
            write(TOKEN, "seen_1", "{\"v\":2}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("seen_1");
            for (String action : new String[] {"subscribe", "get_status"}) {
                panel.send("{'action':'" + action + "','device_id':'unseen_1'}");
                String unseen = error(panel, "forbidden");
                panel.send("{'action':'" + action + "','device_id':'nothing'}");
                assertThat(error(panel, "forbidden")).isEqualTo(unseen.replace("unseen_1", "nothing"));
                panel.send("{'action':'" + action + "','device_id':'seen_nothing'}");
                error(panel, "device_not_found");
            }
            write(TOKEN, "seen_1", "{\"v\":3}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("seen_1");
        }
    }

    @Test
    void aTokenForOneDeviceIsEnough() {
        write(TOKEN, "only", "{\"v\":1}");
        try (DialectClient panel = panel(Tokens.token("carl", "subscribe:device:only"))) {
            choose(panel, "only");
            panel.send("{'action':'unsubscribe','device_id':'only'}");
            panel.expect("unsubscription_confirmed");
            panel.expect("all_devices_status");
            write(TOKEN, "only", "{\"v\":2}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("only");
        }
    }

    @Test
    void anybodySeesWhatAnybodyMayAndMoreWithAToken() {
        write(TOKEN, "public_1", "{\"v\":1}");
        write(TOKEN, "private_1", "{\"v\":1}");
        try (DialectClient panel = DialectClient.open(server, PATH)) {
            panel.expect("connection_established");
            assertThat(panel.expect("all_devices_status").path("devices").has("private_1"))
                    .isFalse();
            write(TOKEN, "private_1", "{\"v\":2}");
            write(TOKEN, "public_1", "{\"v\":2}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("public_1");
            choose(panel, "public_1");
            panel.send("{'action':'subscribe','device_id':'private_1'}");
            error(panel, "forbidden");
            panel.send("{'action':'authenticate','token':'nonsense'}");
            error(panel, "unauthenticated");
            panel.send("{'action':'authenticate'}");
            error(panel, "unauthenticated");
            panel.send("{'action':'authenticate','token':'" + TOKEN + "'}");
            panel.expect("authenticated");
            panel.expect("all_devices_status");
            choose(panel, "private_1");
            write(TOKEN, "private_1", "{\"v\":3}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("private_1");
            write(TOKEN, "public_1", "{\"v\":3}");
            assertThat(panel.expect("device_update").path("device_id").asText())
                    .as("what it had chosen before")
                    .isEqualTo("public_1");
            panel.send("{'action':'authenticate','token':'" + Tokens.token("eve", "*:*") + "'}");
            error(panel, "forbidden");
        }
    }

    @Test
    void anotherTokenOfTheSameSubjectChangesWhatItSees() {
        write(TOKEN, "wide_1", "{\"v\":1}");
        write(TOKEN, "wide_2", "{\"v\":1}");
        try (DialectClient panel = panel(Tokens.token("dora", "subscribe:device:wide_1"))) {
            panel.send("{'action':'authenticate','token':'" + Tokens.token("dora", "subscribe:device:wide_*") + "'}");
            panel.expect("authenticated");
            panel.expect("all_devices_status");
            write(TOKEN, "wide_2", "{\"v\":2}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("wide_2");
            choose(panel, "wide_2");
            panel.send("{'action':'authenticate','token':'" + Tokens.token("dora", "subscribe:device:wide_1") + "'}");
            panel.expect("authenticated");
            error(panel, "forbidden");
            panel.expect("all_devices_status");
            write(TOKEN, "wide_2", "{\"v\":3}");
            write(TOKEN, "wide_1", "{\"v\":3}");
            assertThat(panel.expect("device_update").path("device_id").asText()).isEqualTo("wide_1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|invalid_json",
                "[]|invalid_json",
                "''|invalid_json",
                "{|invalid_json",
                "{}|invalid_action",
                "{'action':7}|invalid_action",
                "{'action':'control'}|invalid_action",
                "{'action':'subscribe'}|missing_device_id",
                "{'action':'subscribe','device_id':7}|missing_device_id",
                "{'action':'subscribe','device_id':''}|missing_device_id",
                "{'action':'unsubscribe'}|missing_device_id",
                "{'action':'get_status','device_id':null}|missing_device_id",
                "{'action':'subscribe','device_id':'*'}|device_not_found",
                "{'action':'subscribe','device_id':'none'}|device_not_found",
                "{'action':'get_status','device_id':'a b'}|device_not_found",
                "{'action':'authenticate','token':7}|unauthenticated",
            })
    void whatItCannotMeanIsAnErrorAndNothingElse(String message, String code) {
        try (DialectClient panel = panel(TOKEN)) {
            for (int i = 0; i < 5; i++) {
                panel.send(message);
                error(panel, code);
            }
            panel.send("{'action':'get_status','device_id':'" + "x".repeat(500) + "'}");
            assertThat(error(panel, "device_not_found")).hasSizeLessThan(200);
            panel.send("{'action':'get_all_status'}").expect("all_devices_status");
        }
    }

    @Test
    void limitsHoldAsForAllConnections() {
        try (DialectClient large = panel(TOKEN);
                DialectClient hasty = panel(TOKEN);
                DialectClient greedy = panel(TOKEN)) {
            large.send("{'action':'" + "x".repeat(70_000) + "'}");
            error(large, "message_too_large");
            assertThat(large.awaitClose()).isEqualTo(1009);

            IntStream.range(0, 6).forEach(i -> write(TOKEN, "limit_" + i, "{\"v\":1}"));
            IntStream.range(0, 5).forEach(i -> write(TOKEN, "limit_" + i, "{\"v\":2}"));
            assertThat(greedy.expect("device_update", 11)).hasSize(11);
            IntStream.range(0, 5).forEach(i -> choose(greedy, "limit_" + i));
            greedy.send("{'action':'subscribe','device_id':'limit_5'}");
            error(greedy, "too_many_subscriptions");

            for (int i = 0; i < 200; i++) {
                hasty.send("nonsense");
            }
            assertThat(hasty.awaitClose()).isEqualTo(4429);
            assertThat(hasty.heard())
                    .extracting(each -> each.path("error_code").asText())
                    .contains("invalid_json", "rate_limited");
        }
        assertThat(DialectClient.handshake(server, PATH, "Authorization", "Bearer nonsense"))
                .isEqualTo(401);
        assertThat(DialectClient.handshake(server, PATH, "Origin", "http://elsewhere.example"))
                .isEqualTo(403);
    }

    @Test
    void operatorsSeeItAndSendItAway() {
        String token = tenant("watched");
        try (DialectClient panel = panel(token)) {
            JsonNode found = Awaitility.await()
                    .until(
                            () -> WsClient.parse(server.send(server.request("/api/v1/connections", token)
                                            .build())
                                    .body()),
                            list -> list.at("/items/0/subscriptions").asInt() == 1);
            assertThat(found.at("/items/0/transport").asText()).isEqualTo("devices");
            server.send(server.request(
                            "/api/v1/connections/"
                                    + found.at("/items/0/connection").asText(),
                            token)
                    .DELETE()
                    .build());
            assertThat(panel.awaitClose()).isEqualTo(4403);
        }
    }

    /** It falls behind, and is given the last values when it reads on. */
    @Test
    void aSlowPanelDelaysNobodyAndEndsUpUpToDate() {
        String token = tenant("slow");
        String pad = "x".repeat(30_000);
        write(token, "busy", "{\"v\":-1}");
        try (DialectClient slow = panel(token);
                DialectClient quick = panel(token)) {
            slow.pause();
            int changes = 400;
            for (int i = 0; i < changes; i++) {
                write(token, "busy", "{\"v\":" + i + ",\"pad\":\"" + i + pad + "\"}");
                assertThat(quick.expect("device_update").at("/data/new_state/v").asInt())
                        .isEqualTo(i);
            }
            slow.resume();
            int heard = 0;
            JsonNode update;
            do {
                update = slow.expect("device_update");
                heard++;
            } while (update.at("/data/new_state/v").asInt() != changes - 1);
            assertThat(heard).as("those it had no room for came as one").isLessThan(changes);
        }
    }

    private static DialectClient panel(String token) {
        DialectClient panel = DialectClient.connect(server, PATH, token);
        panel.expect("connection_established");
        panel.expect("all_devices_status");
        return panel;
    }

    private static void choose(DialectClient panel, String device) {
        panel.send("{'action':'subscribe','device_id':'" + device + "'}");
        assertThat(panel.expect("subscription_confirmed").path("device_id").asText())
                .isEqualTo(device);
    }

    private static String error(DialectClient panel, String code) {
        JsonNode error = panel.expect("error");
        assertThat(error.path("error_code").asText()).as(error.toString()).isEqualTo(code);
        assertThat(error.has("timestamp")).isTrue();
        assertThat(error.path("message").asText()).isNotEmpty();
        return error.path("message").asText();
    }

    /** Of a tenant that no other test uses. */
    private static String tenant(String name) {
        return Tokens.tenantToken(name, "ada", "*:*");
    }

    private static void write(String token, String device, String patch) {
        HttpResponse<String> answer = server.send(server.request("/api/v1/channels/device:" + device + "/state", token)
                .setHeader("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(patch))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** As controlling a device writes it. */
    private static void control(String token, String device, String patch) {
        HttpResponse<String> answer = server.post(
                "/api/v1/channels/device:" + device + "/events",
                token,
                "{\"event\":\"state.changed\",\"event_id\":\"control-1\",\"payload\":{\"patch\":" + patch + "}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }
}
