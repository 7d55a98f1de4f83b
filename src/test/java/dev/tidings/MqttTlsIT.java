package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Certificates;
import dev.tidings.testing.Mosquitto;
import dev.tidings.testing.MqttPeer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that speak TLS and ask who comes: what is trusted is listened to, and nobody is told a password. */
class MqttTlsIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final String PASSWORD = "s3cret-of-the-plant";
    private static final String WRONG = "s3cret-that-is-none";

    @TempDir
    static Path known;

    @TempDir
    static Path other;

    private static Mosquitto broker;
    private static Mosquitto stranger;
    private static TidingsServer server;
    private static MqttPeer peer;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Mosquitto.isInstalled(), "no mosquitto on the path");
        Certificates trusted = Certificates.make(known, 2);
        broker = broker(trusted, known);
        stranger = broker(Certificates.make(other, 2), other);
        Map<String, String> settings = new HashMap<>(Map.of(
                "javax.net.ssl.trustStore",
                trusted.trustStore(known.resolve("trust.p12"), PASSWORD).toString(),
                "javax.net.ssl.trustStorePassword",
                PASSWORD));
        source(settings, "plant", broker.tlsUrl(), PASSWORD);
        source(settings, "wrong", broker.tlsUrl(), WRONG);
        source(settings, "untrusted", stranger.tlsUrl(), PASSWORD);
        source(settings, "plain", broker.url(), PASSWORD);
        settings.put("tidings.devices.drivers.press.kind", "mqtt");
        settings.put("tidings.devices.drivers.press.url", broker.tlsUrl());
        settings.put("tidings.devices.drivers.press.username", "tidings");
        settings.put("tidings.devices.drivers.press.password", PASSWORD);
        settings.put("tidings.devices.drivers.press.devices", "press_*");
        settings.put("tidings.devices.drivers.press.command-topic", "press/{id}/set");
        settings.put("tidings.devices.drivers.press.state-topic", "press/{id}/state");
        server = TidingsServer.start(settings);
        peer = MqttPeer.connect(
                broker,
                new MqttClientOptions()
                        .setUsername("tidings")
                        .setPassword(PASSWORD)
                        .setSsl(true)
                        .setHostnameVerificationAlgorithm("HTTPS")
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(known.resolve("certificate.pem").toString())));
    }

    private static Mosquitto broker(Certificates signed, Path directory) throws Exception {
        Path certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        signed.install(certificate, key);
        Path passwords = directory.resolve("passwords");
        Files.createFile(passwords);
        try {
            Process made = new ProcessBuilder("mosquitto_passwd", "-b", passwords.toString(), "tidings", PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(made.waitFor()).isZero();
        } catch (IOException notThere) {
            assumeTrue(false, "skipped: no mosquitto_passwd on the path");
        }
        return Mosquitto.start(
                "certfile " + certificate, "keyfile " + key, "allow_anonymous false", "password_file " + passwords);
    }

    private static void source(Map<String, String> settings, String name, String url, String password) {
        String prefix = "tidings.mqtt." + name + '.';
        settings.put(prefix + "url", url);
        settings.put(prefix + "username", "tidings");
        settings.put(prefix + "password", password);
        settings.put(prefix + "back-off", "250ms");
        settings.put(prefix + "topics.lamps.filter", "lamps/+/state");
        settings.put(prefix + "topics.lamps.channel", "lamp:" + name + ".{1}");
        settings.put(prefix + "topics.lamps.state", "replace");
    }

    @AfterAll
    static void stop() {
        if (peer != null) {
            peer.close();
        }
        if (server != null) {
            server.close();
        }
        if (stranger != null) {
            stranger.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void whatATrustedBrokerSaysToWhoKnowsThePasswordIsHeard() {
        awaitConnected("plant");
        peer.publish("lamps/hall/state", "{\"on\": true}");
        Awaitility.await("the lamp")
                .until(() -> state("lamp:plant.hall").path("on").asBoolean());
    }

    @Test
    void aDeviceThereIsDriven() {
        peer.hear("press/press_01/set", (topic, change) -> peer.tell("press/press_01/state", change));
        peer.retain("press/press_01/state", "{\"speed\": 100}");
        Awaitility.await("the device")
                .until(() -> state("device:press_01").path("speed").asInt() == 100);
        var answer = server.post("/api/v1/devices/press_01", ALL, "{\"speed\": 150}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(state("device:press_01").path("speed").asInt()).isEqualTo(150);
    }

    @Test
    void whoIsNotTrustedOrNotLetInIsToldAndTriedAgainAndNoPasswordIsShown() {
        awaitConnected("plant");
        for (String name : new String[] {"wrong", "untrusted", "plain"}) {
            Awaitility.await(name).until(() -> brokers().path(name).asText().startsWith("not connected to 127.0.0.1:"));
            assertThat(state("lamp:" + name + ".hall").isMissingNode()).isTrue();
        }
        assertThat(brokers().path("degraded").asBoolean()).isTrue();
        assertThat(server.output() + server.get("/q/health/ready").body()).doesNotContain(PASSWORD, WRONG);
    }

    private static void awaitConnected(String name) {
        Awaitility.await(name).until(() -> brokers().path(name).asText().startsWith("connected to"));
    }

    private static JsonNode brokers() {
        for (JsonNode check :
                WsClient.parse(server.get("/q/health/ready").body()).path("checks")) {
            if (check.path("name").asText().equals("mqtt brokers")) {
                return check.path("data");
            }
        }
        throw new AssertionError("no such check");
    }

    private static JsonNode state(String channel) {
        var answer = server.send(
                server.request("/api/v1/channels/" + channel + "/state", ALL).build());
        return answer.statusCode() == 200 ? WsClient.parse(answer.body()) : WsClient.JSON.missingNode();
    }
}
