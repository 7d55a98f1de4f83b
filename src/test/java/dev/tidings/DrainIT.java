package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What clients see when the service is told to stop. */
class DrainIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");

    @Test
    void clientsAreSentElsewhereOneByOne() {
        try (TidingsServer server =
                TidingsServer.start(Map.of("tidings.drain", "10s", "tidings.limits.connections-per-subject", "1000"))) {
            List<WsClient> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                clients.add(WsClient.connect(server, TOKEN));
            }
            server.process().destroy();
            Set<Long> times = new HashSet<>();
            for (WsClient client : clients) {
                JsonNode reconnect = client.expect("reconnect").path("payload");
                assertThat(reconnect.path("resume").asBoolean()).isTrue();
                assertThat(reconnect.path("after_ms").asLong()).isBetween(0L, 2000L);
                times.add(reconnect.path("after_ms").asLong());
            }
            assertThat(times).as("different times").hasSizeGreaterThan(100);
            assertThat(server.isReady()).isFalse();
            assertThat(handshake(server)).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: 1");
            for (WsClient client : clients) {
                assertThat(client.awaitClose().code()).isEqualTo(1012);
            }
            assertThat(server.awaitExit()).isEqualTo(143);
        }
    }

    @Test
    void whoDoesNotLeaveIsNotWaitedForLongerThanAllowed() throws IOException {
        try (TidingsServer server = TidingsServer.start(Map.of("tidings.drain", "1s"));
                Socket deaf = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            deaf.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
            assertThat(deaf.getInputStream().read()).isEqualTo('H');
            long asked = System.nanoTime();
            server.process().destroy();
            server.awaitExit();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void nothingIsLostOnTheWayToAnotherInstance() {
        try (RedisServer redis = RedisServer.start()) {
            Map<String, String> settings =
                    Map.of("tidings.log.backend", "redis", "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
            try (TidingsServer leaving = TidingsServer.start(settings);
                    TidingsServer staying = TidingsServer.start(settings);
                    WsClient publisher = WsClient.connect(staying, TOKEN);
                    WsClient client = WsClient.connect(leaving, TOKEN)) {
                String epoch = client.subscribe("move:1").at("/payload/epoch").asText();
                publisher.publish("move:1", "x", "1");
                long last = client.expect("message").path("offset").asLong();
                leaving.process().destroy();
                client.expect("reconnect");
                publisher.publish("move:1", "x", "2");
                Awaitility.await().until(client::isClosed);
                publisher.publish("move:1", "x", "3");
                for (JsonNode late : client.heard()) {
                    last = late.path("offset").asLong();
                }
                try (WsClient again = WsClient.connect(staying, TOKEN)) {
                    JsonNode resumed = again.subscribe(
                                    "move:1", "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":" + last + "}}")
                            .path("payload");
                    assertThat(resumed.path("recovered").asBoolean()).isTrue();
                    assertThat(again.events((int) (3 - last))
                                    .getLast()
                                    .path("payload")
                                    .asInt())
                            .isEqualTo(3);
                }
            }
        }
    }

    private static String upgrade() {
        return String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: localhost",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                "");
    }

    private static String handshake(TidingsServer server) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[2048];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
