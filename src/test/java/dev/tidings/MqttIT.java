package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Mosquitto;
import dev.tidings.testing.MqttPeer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a broker says becomes events and states, whatever else it says and however it comes and goes. */
class MqttIT {
    private static Mosquitto broker;
    private static TidingsServer server;
    private static MqttPeer peer;

    @BeforeAll
    static void start() {
        broker = Mosquitto.start();
        server = TidingsServer.start(settings());
        awaitConnected();
        peer = MqttPeer.connect(broker);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            peer.close();
            server.close();
            broker.close();
        }
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("url", broker.url());
        settings.put("back-off", "250ms");
        settings.put("max-size", "1K");
        settings.put("topics.readings.filter", "plant/+/sensors/+");
        settings.put("topics.readings.channel", "sensor:{1}.{2}");
        settings.put("topics.readings.event", "sensor.measured");
        settings.put("topics.lamps.filter", "lamps/+/state");
        settings.put("topics.lamps.channel", "lamp:{1}");
        settings.put("topics.lamps.state", "replace");
        settings.put("topics.figures.filter", "figures/+/level");
        settings.put("topics.figures.channel", "tank:{1}");
        settings.put("topics.figures.state", "merge");
        settings.put("topics.figures.member", "level");
        settings.put("topics.orders.filter", "orders/#");
        settings.put("topics.orders.channel", "orders:{#}");
        settings.put("topics.orders.event", "order.placed");
        settings.put("topics.orders.event-id", "/id");
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("tidings.mqtt.plant." + key, value));
        return all;
    }

    @Test
    void aMessageIsAnEventThatSubscribersHear() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("sensor:3.oil~20temp");
            peer.publish("plant/3/sensors/oil temp", "{\"celsius\": 21.50}");
            JsonNode event = client.expect("message");
            assertThat(event.path("event").asText()).isEqualTo("sensor.measured");
            assertThat(event.path("payload").toString()).isEqualTo("{\"celsius\":21.5}");
        }
    }

    @Test
    void messagesStayInOrder() {
        IntStream.rangeClosed(1, 200).forEach(i -> peer.tell("plant/order/sensors/x", Integer.toString(i)));
        await("sensor:order.x", 200);
        assertThat(payloads("sensor:order.x"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 200)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void aMessageReplacesAStateAndAnEmptyOneRemovesIt() {
        peer.publish("lamps/1/state", "{\"on\":true,\"level\":7}");
        peer.publish("lamps/1/state", "{\"on\":false}");
        await("lamp:1", 2);
        assertThat(get("/api/v1/channels/lamp:1/state").toString()).isEqualTo("{\"on\":false}");
        peer.publish("lamps/1/state", "");
        await("lamp:1", 3);
        assertThat(events("lamp:1").getLast().path("event").asText()).isEqualTo("state.deleted");
    }

    @Test
    void aValueIsAMemberOfAState() {
        double before = counted("unchanged");
        peer.publish("figures/1/level", "12.5");
        peer.publish("figures/1/level", "12.5");
        peer.publish("figures/1/level", "13");
        await("tank:1", 2);
        assertThat(get("/api/v1/channels/tank:1/state").toString()).isEqualTo("{\"level\":13}");
        assertThat(counted("unchanged")).as(messagesCounted()).isEqualTo(before + 1);
    }

    @Test
    void whatHasTheSameIdIsStoredOnce() {
        peer.publish("orders/a/b", "{\"id\":\"o-1\"}");
        peer.publish("orders/a/b", "{\"id\":\"o-1\",\"again\":true}");
        peer.publish("orders/a/b", "{\"id\":2}");
        await("orders:a/b", 2);
        assertThat(events("orders:a/b"))
                .extracting(event -> event.path("id").asText())
                .containsExactly("o-1", "2");
    }

    @Test
    void whatCannotBeUsedIsCountedAndDoesNotStopTheOthers() {
        double before = counted("bad");
        peer.publish("plant/bad/sensors/x", "no json");
        peer.publish("plant/bad/sensors/x", "");
        peer.publish("plant/bad/sensors/x", "\"" + "x".repeat(1024) + "\"");
        peer.publish("plant/bad/sensors/", "1");
        peer.publish("lamps/bad/state", "[]");
        peer.publish("lamps//state", "{}");
        peer.publish("orders/bad", "{}");
        peer.publish("orders/bad", "{\"id\":\"a b\"}");
        peer.publish("orders", "{\"id\":\"x\"}");
        peer.publish("orders/" + "x/".repeat(100), "{\"id\":\"x\"}");
        peer.publish("plant/bad/sensors/x", "1");
        await("sensor:bad.x", 1);
        Awaitility.await().until(() -> counted("bad") >= before + 8);
        assertThat(server.output().lines().filter(line -> line.contains("that cannot be used")))
                .as("once in a while")
                .hasSize(1)
                .allMatch(line -> line.contains("mqtt plant"));
        assertThat(server.output()).doesNotContain("\tat ");
    }

    /** It is of the past: each connection to the broker would tell it again. */
    @Test
    void whatIsRetainedIsAStateAndNoEvent() {
        peer.retain("plant/kept/sensors/x", "1");
        peer.retain("lamps/kept/state", "{\"on\":true}");
        await("sensor:kept.x", 1);
        double ignored = counted("ignored");
        broker.stop();
        awaitDegraded();
        assertThat(server.isReady()).as("clients are served all the same").isTrue();
        broker.restart();
        awaitConnected();
        Awaitility.await().until(() -> counted("ignored") > ignored);
        try (MqttPeer later = MqttPeer.connect(broker)) {
            later.publish("plant/kept/sensors/x", "2");
            await("sensor:kept.x", 2);
            assertThat(events("lamp:kept")).hasSize(1);
            later.retain("plant/kept/sensors/x", "");
            later.retain("lamps/kept/state", "");
        }
        peer.close();
        peer = MqttPeer.connect(broker);
    }

    /** The broker keeps what comes for the service while it is not there. */
    @Test
    void whatComesWhileTheServiceIsDownIsHeardLater() {
        server.close();
        peer.publish("plant/later/sensors/x", "1");
        peer.publish("plant/later/sensors/x", "2");
        server = TidingsServer.start(settings());
        await("sensor:later.x", 2);
        assertThat(payloads("sensor:later.x")).containsExactly("1", "2");
    }

    private static void awaitConnected() {
        Awaitility.await("connected")
                .until(() -> health().path("data").path("plant").asText().startsWith("connected to"));
        assertThat(health().path("data").path("degraded").asBoolean()).isFalse();
    }

    private static void awaitDegraded() {
        Awaitility.await("degraded")
                .until(() -> health().path("data").path("degraded").asBoolean());
        assertThat(health().path("status").asText()).isEqualTo("UP");
        assertThat(health().path("data").path("plant").asText()).startsWith("not connected to 127.0.0.1:");
    }

    private static JsonNode health() {
        for (JsonNode check :
                WsClient.parse(server.get("/q/health/ready").body()).path("checks")) {
            if (check.path("name").asText().equals("mqtt brokers")) {
                return check;
            }
        }
        throw new AssertionError("no such check");
    }

    private static String messagesCounted() {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_mqtt_messages_total{"))
                .collect(Collectors.joining("\n"));
    }

    private static double counted(String outcome) {
        return messagesCounted()
                .lines()
                .filter(line -> line.contains("outcome=\"" + outcome + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void await(String channel, int count) {
        Awaitility.await(count + " events of " + channel)
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> events(channel).size() == count);
    }

    private static List<String> payloads(String channel) {
        return events(channel).stream()
                .map(event -> event.path("payload").toString())
                .toList();
    }

    private static List<JsonNode> events(String channel) {
        List<JsonNode> events = new ArrayList<>();
        get("/api/v1/channels/" + channel.replace("/", "%2F") + "/events")
                .path("events")
                .forEach(events::add);
        return events;
    }

    private static JsonNode get(String path) {
        return WsClient.parse(
                server.send(server.request(path, Tokens.token("ada", "*:*")).build())
                        .body());
    }
}
