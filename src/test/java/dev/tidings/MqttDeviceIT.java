package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.testing.Mosquitto;
import dev.tidings.testing.MqttPeer;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices at a broker; a small client of it is the devices. */
class MqttDeviceIT {
    private static final String ADMIN = Tokens.token("ada", "*:*");
    private static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();

    private static Mosquitto broker;
    private static MqttPeer devices;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
        devices = MqttPeer.connect(broker);
        devices.hear("plant/+/set", MqttDeviceIT::obey);
        server = TidingsServer.start(settings("plant"));
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            server.close();
            devices.close();
            broker.close();
        }
    }

    /** @param driver what two installations at one broker must not both have */
    private static Map<String, String> settings(String driver) {
        String prefix = "tidings.devices.drivers." + driver + ".";
        return new HashMap<>(Map.of(
                "tidings.devices.timeout",
                "2s",
                prefix + "kind",
                "mqtt",
                prefix + "url",
                broker.url(),
                prefix + "devices",
                "motor_*,deaf",
                prefix + "command-topic",
                "plant/{id}/set",
                prefix + "state-topic",
                "plant/{id}/state"));
    }

    /** Does as it is told, and says so; what is deaf does not. */
    private static void obey(String topic, String change) {
        TOLD.add(topic + ' ' + change);
        String device = topic.split("/", -1)[1];
        if (!device.equals("deaf")) {
            ObjectNode state = (ObjectNode) WsClient.parse(change);
            devices.tell("plant/" + device + "/state", "{\"temperature\":40}");
            devices.tell("plant/" + device + "/state", state.put("load", 7).toString());
        }
    }

    @Test
    void aChangeIsToldAndConfirmed() {
        exists(server, "motor_01", "{\"device_type\":\"spy\",\"speed\":100}");
        try (WsClient panel = WsClient.connect(server, ADMIN)) {
            panel.subscribe("device:motor_01", "{}");
            JsonNode answer =
                    WsClient.parse(change(server, "motor_01", "{\"speed\":150}").body());
            assertThat(answer.at("/previous_state/speed").asInt()).isEqualTo(100);
            assertThat(answer.at("/new_state/speed").asInt()).isEqualTo(150);
            assertThat(answer.path("changed").asBoolean()).isTrue();
            JsonNode event = panel.expect("message");
            assertThat(event.path("id").asText()).startsWith("control-");
        }
        assertThat(TOLD).contains("plant/motor_01/set {\"speed\":150}");
        assertThat(state(server, "motor_01").toString())
                .contains("\"speed\":150", "\"temperature\":40", "\"load\":7")
                .doesNotContain("spy");
    }

    @Test
    void aDeviceThatDoesNotConfirmIsLate() {
        exists(server, "deaf", "{\"speed\":100}");
        HttpResponse<String> answer = change(server, "deaf", "{\"speed\":150}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(504);
        assertThat(state(server, "deaf").path("speed").asInt()).isEqualTo(100);
    }

    @Test
    void whatADeviceSaysByItselfIsItsState() {
        devices.publish("plant/motor_02/state", "no json");
        devices.publish("plant/motor_02/state", "[1]");
        devices.publish("plant/other/state", "{\"speed\":1}");
        exists(server, "motor_02", "{\"speed\":1}");
        devices.publish("plant/motor_02/state", "{\"speed\":null,\"fault\":\"hot\"}");
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(state(server, "motor_02").toString()).isEqualTo("{\"fault\":\"hot\"}"));
        assertThat(server.send(server.request("/api/v1/devices/other", ADMIN).build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void withoutItsBrokerADeviceCannotBeReached() {
        exists(server, "motor_03", "{\"speed\":1}");
        broker.stop();
        Awaitility.await()
                .until(() -> change(server, "motor_03", "{\"speed\":2}").statusCode() == 503);
        assertThat(change(server, "motor_03", "{\"speed\":2}").body())
                .contains("the device cannot be reached: its broker is not connected; its state is as it was");
        assertThat(state(server, "motor_03").path("speed").asInt()).isEqualTo(1);
        broker.restart();
        devices.close();
        devices = MqttPeer.connect(broker);
        devices.hear("plant/+/set", MqttDeviceIT::obey);
        Awaitility.await()
                .until(() -> change(server, "motor_03", "{\"speed\":2}").statusCode() == 200);
    }

    /** One instance reports what is said; the change is whose who made it all the same. */
    @Test
    void anyInstanceOfAClusterTellsADevice() {
        assumeTrue(RedisServer.isInstalled(), "no redis-server on the path");
        try (RedisServer redis = RedisServer.start()) {
            Map<String, String> settings = settings("fleet");
            settings.put("tidings.log.backend", "redis");
            settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
            settings.put("tidings.devices.drivers.fleet.devices", "motor_1*");
            List<TidingsServer> both = TidingsServer.start(settings, 2);
            try (TidingsServer one = both.getFirst();
                    TidingsServer two = both.getLast()) {
                exists(one, "motor_11", "{\"speed\":0}");
                for (int speed = 1; speed <= 10; speed++) {
                    for (TidingsServer each : both) {
                        int wanted = each == one ? speed : -speed;
                        JsonNode answer = WsClient.parse(change(each, "motor_11", "{\"speed\":" + wanted + "}")
                                .body());
                        assertThat(answer.at("/new_state/speed").asInt())
                                .as(answer.toString())
                                .isEqualTo(wanted);
                    }
                }
                JsonNode history = get(two, "/api/v1/channels/device:motor_11/events");
                for (JsonNode event : history.path("events")) {
                    if (event.at("/payload/patch").has("speed")
                            && event.at("/payload/patch/speed").asInt() != 0) {
                        assertThat(event.path("id").asText()).startsWith("control-");
                    }
                }
            }
        }
    }

    /** Says it until it has been heard: the service may not be connected yet. */
    private static void exists(TidingsServer server, String device, String state) {
        Awaitility.await(device).until(() -> {
            devices.publish("plant/" + device + "/state", state);
            return server.send(server.request("/api/v1/devices/" + device, ADMIN)
                                    .build())
                            .statusCode()
                    == 200;
        });
    }

    private static HttpResponse<String> change(TidingsServer server, String device, String change) {
        return server.post("/api/v1/devices/" + device, ADMIN, change);
    }

    private static JsonNode state(TidingsServer server, String device) {
        return get(server, "/api/v1/channels/device:" + device + "/state");
    }

    private static JsonNode get(TidingsServer server, String path) {
        return WsClient.parse(server.send(server.request(path, ADMIN).build()).body());
    }
}
