package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** More than the service takes: what it lets go, and what goes on. */
class PressureIT {
    private static final int ROUNDS = 25;
    private static final String OPERATOR = Tokens.token("op", "admin:*");
    private static final String FLOODER = Tokens.token("eve", "*:*");

    private final Map<Integer, Long> answers = new ConcurrentHashMap<>();
    private final Map<Integer, Long> handshakes = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void whatIsTooMuchIsLetGoAndTheOthersAndTheOperatorsGoOn() throws InterruptedException {
        try (TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.limits.queue-size", "64K",
                        "tidings.limits.requests-per-second", "20",
                        "tidings.limits.requests-burst", "40",
                        "tidings.limits.connections", "60",
                        "tidings.auth.authenticate-within", "30s"));
                WsClient calm = WsClient.connect(server, Tokens.token("ada", "*:*"))) {
            calm.subscribe("calm:1");
            List<RawClient> deaf = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                deaf.add(new RawClient(server, Tokens.token("deaf" + i, "subscribe:flood:*")));
                deaf.getLast().sendText("{\"type\":\"subscribe\",\"channel\":\"flood:*\"}");
            }
            ExecutorService flood = Executors.newFixedThreadPool(5);
            try {
                for (int i = 0; i < 4; i++) {
                    flood.execute(() -> publish(server));
                }
                flood.execute(() -> knock(server));
                goOn(server, calm);
                Awaitility.await().untilAsserted(() -> {
                    assertThat(answers).containsKeys(200, 429);
                    assertThat(server.get("/q/metrics").body())
                            .containsPattern("(?m)^tidings_slow_consumers_total(\\{[^}]*})? [1-9]");
                });
            } finally {
                over.countDown();
                flood.shutdownNow();
                assertThat(flood.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                deaf.forEach(RawClient::close);
            }
            assertThat(answers.keySet()).as(answers.toString()).isSubsetOf(200, 429, 503);
            assertThat(handshakes).as("those who knock").containsKey(401);
            assertThat(server.output()).doesNotContain("OutOfMemoryError");
        }
    }

    /** Health, figures and operators' calls, and one who asks for little, each of them every time. */
    private static void goOn(TidingsServer server, WsClient calm) {
        for (int i = 1; i <= ROUNDS; i++) {
            for (String path : List.of("/q/health/live", "/q/health/ready", "/q/metrics")) {
                assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
            }
            HttpResponse<String> listed = server.send(
                    server.request("/api/v1/connections?limit=5", OPERATOR).build());
            assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
            JsonNode published =
                    calm.ask("{\"type\":\"publish\",\"id\":\"" + i + "\",\"channel\":\"calm:1\",\"event\":\"n\"}");
            assertThat(published.at("/payload/offset").asInt())
                    .as(published.toString())
                    .isEqualTo(i);
        }
        List<JsonNode> events = calm.events(ROUNDS);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(events.get(i).path("offset").asInt()).isEqualTo(i + 1);
        }
    }

    private void publish(TidingsServer server) {
        String event = "{\"channel\":\"flood:1\",\"event\":\"x\",\"payload\":\"" + "y".repeat(2000) + "\"}";
        String all = Collections.nCopies(100, event).toString();
        while (over.getCount() > 0) {
            answers.merge(server.post("/api/v1/events", FLOODER, all).statusCode(), 1L, Long::sum);
        }
    }

    private void knock(TidingsServer server) {
        while (over.getCount() > 0) {
            handshakes.merge(DialectClient.handshake(server, "/ws", "Authorization", "Bearer x.y.z"), 1L, Long::sum);
        }
    }
}
