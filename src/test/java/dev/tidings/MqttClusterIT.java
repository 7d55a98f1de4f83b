package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Mosquitto;
import dev.tidings.testing.MqttPeer;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two instances and one broker: each message is stored once, whoever is gone meanwhile. */
class MqttClusterIT {
    @Test
    void oneOfTwoHearsAndTheOtherGoesOnWhereItLeftOff() {
        assumeTrue(RedisServer.isInstalled() && Mosquitto.isInstalled(), "no redis-server or no mosquitto on the path");
        try (RedisServer redis = RedisServer.startDurable();
                Mosquitto broker = Mosquitto.start();
                MqttPeer peer = MqttPeer.connect(broker)) {
            List<TidingsServer> both = TidingsServer.start(settings(redis, broker), 2);
            try (TidingsServer one = both.getFirst();
                    TidingsServer two = both.getLast()) {
                Awaitility.await("one that is connected").until(() -> connected(one) + connected(two) == 1);
                TidingsServer hears = connected(one) == 1 ? one : two;
                TidingsServer waits = connected(one) == 1 ? two : one;
                tell(peer, 1, 100);
                await(waits, 100);

                // Heard and not stored: not acknowledged, so the broker gives it to the next.
                redis.kill();
                tell(peer, 101, 110);
                Awaitility.await().until(() -> hears.output().contains("what comes cannot be stored now"));
                hears.kill();
                redis.restart();
                tell(peer, 111, 120);
                await(waits, 120);
                assertThat(connected(waits)).isEqualTo(1);
                List<Integer> expected = new ArrayList<>();
                java.util.stream.IntStream.rangeClosed(1, 120).forEach(expected::add);
                assertThat(numbers(waits)).isEqualTo(expected);
            }
        }
    }

    private static void tell(MqttPeer peer, int first, int last) {
        for (int i = first; i <= last; i++) {
            peer.publish("plant/1", "{\"id\":" + i + "}");
        }
    }

    private static Map<String, String> settings(RedisServer redis, Mosquitto broker) {
        return Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.mqtt.plant.url", broker.url(),
                "tidings.mqtt.plant.topics.t.filter", "plant/+",
                "tidings.mqtt.plant.topics.t.channel", "plant:{1}",
                "tidings.mqtt.plant.topics.t.event", "plant.said",
                "tidings.mqtt.plant.topics.t.event-id", "/id");
    }

    private static double connected(TidingsServer server) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_mqtt_connected{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void await(TidingsServer server, int count) {
        Awaitility.await(count + " events")
                .atMost(Duration.ofSeconds(30))
                .until(() -> numbers(server).size() == count);
    }

    private static List<Integer> numbers(TidingsServer server) {
        List<Integer> numbers = new ArrayList<>();
        JsonNode history =
                WsClient.parse(server.send(server.request("/api/v1/channels/plant:1/events", Tokens.token("ada", "*:*"))
                                .build())
                        .body());
        history.path("events")
                .forEach(event -> numbers.add(event.path("payload").path("id").asInt()));
        return numbers;
    }
}
