package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A log in memory that has taken what it may take. */
class LogMemoryIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String LONG = '"' + "x".repeat(10_000) + '"';
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.log.memory", "1M",
                "tidings.channels.door.history-size", "0",
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoListensHearsAllAndWhoComesTooLateIsTold() {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode subscribed = client.subscribe("room:1");
            String epoch = subscribed.path("payload").path("epoch").asText();
            for (int i = 0; i < 200; i++) {
                server.post("/api/v1/channels/room:1/events", TOKEN, "{\"event\":\"said\",\"payload\":" + LONG + "}");
            }
            assertThat(client.events(200))
                    .extracting(event -> event.path("offset").asLong())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 200).boxed().toList());
            try (WsClient late = WsClient.connect(server)) {
                JsonNode resumed = late.subscribe("room:1", "{\"since\":{\"offset\":1,\"epoch\":\"" + epoch + "\"}}");
                assertThat(resumed.path("payload").path("recovered").asBoolean(true))
                        .isFalse();
            }
            try (WsClient soon = WsClient.connect(server)) {
                JsonNode resumed = soon.subscribe("room:1", "{\"since\":{\"offset\":195,\"epoch\":\"" + epoch + "\"}}");
                assertThat(resumed.path("payload").path("recovered").asBoolean())
                        .isTrue();
                assertThat(soon.events(5).getLast().path("offset").asLong()).isEqualTo(200);
            }
            assertThat(metric("tidings_log_pushed_out_total")).isPositive();
            assertThat(metric("tidings_log_memory_used_bytes"))
                    .isLessThanOrEqualTo(metric("tidings_log_memory_max_bytes"));
        }
    }

    @Test
    void aStateThatHasNoRoomIsUnavailableAndChangesNothing() {
        HttpResponse<String> answer = null;
        int stored = 0;
        while (stored < 200) {
            answer = state("PUT", "door:" + stored, "{\"text\":" + LONG + "}");
            if (answer.statusCode() >= 300) {
                break;
            }
            stored++;
        }
        assertThat(stored).isBetween(50, 110);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("unavailable", "tidings.log.memory");
        assertThat(state("GET", "door:" + stored, "").statusCode()).isEqualTo(404);
        assertThat(state("PUT", "door:1", "{\"text\":\"short\"}").statusCode()).isLessThan(300);
        for (int i = 0; i < stored; i++) {
            assertThat(state("DELETE", "door:" + i, "").statusCode())
                    .as("what makes room is let in")
                    .isLessThan(300);
        }
    }

    private static HttpResponse<String> state(String method, String channel, String body) {
        return server.send(server.request("/api/v1/channels/" + channel + "/state", TOKEN)
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    private static double metric(String name) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
