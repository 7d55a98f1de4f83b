package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that want several messages in one frame. */
class BatchIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.batch",
                "100",
                "tidings.limits.messages-per-second",
                "1000000",
                "tidings.limits.burst",
                "1000000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void severalMessagesComeInOneFrameInOrder() {
        try (WsClient batching = WsClient.openWith(server, "batch_ms=200", TOKEN);
                WsClient publisher = WsClient.connect(server)) {
            assertThat(types(batching.next())).containsExactly("welcome", "authenticated");
            batching.send("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"batch:1\"}");
            assertThat(batching.next().path("type").asText())
                    .as("a single message is not put into an array")
                    .isEqualTo("subscribed");
            for (int i = 0; i < 450; i++) {
                publisher.send("{\"type\":\"publish\",\"channel\":\"batch:1\",\"event\":\"x\",\"payload\":" + i + "}");
            }
            List<Long> offsets = new ArrayList<>();
            int frames = 0;
            while (offsets.size() < 450) {
                JsonNode frame = batching.next();
                frames++;
                List<JsonNode> messages = messages(frame);
                assertThat(messages).hasSizeLessThanOrEqualTo(100);
                messages.forEach(each -> offsets.add(each.path("offset").asLong()));
            }
            assertThat(offsets).isEqualTo(LongStream.rangeClosed(1, 450).boxed().toList());
            assertThat(frames).isLessThan(45);
        }
    }

    @Test
    void nothingIsHeldForLongerThanAskedFor() {
        try (WsClient batching = WsClient.openWith(server, "batch_ms=100", TOKEN)) {
            batching.next();
            long asked = System.nanoTime();
            batching.send("{\"type\":\"ping\",\"id\":\"1\"}");
            assertThat(batching.next().path("type").asText()).isEqualTo("pong");
            assertThat((System.nanoTime() - asked) / 1_000_000).isBetween(50L, 2_000L);
        }
    }

    @Test
    void whatIsHeldComesBeforeTheEnd() {
        try (WsClient batching = WsClient.openWith(server, "batch_ms=1000", "")) {
            batching.send("{\"type\":\"authenticate\",\"id\":\"1\",\"payload\":{\"token\":\"bad\"}}");
            assertThat(types(batching.next())).containsExactly("welcome", "error");
            assertThat(batching.awaitClose().code()).isEqualTo(4401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1001", "soon", "1.5", ""})
    void otherValuesAreRefusedByName(String value) {
        try (WsClient client = WsClient.openWith(server, "batch_ms=" + value, TOKEN)) {
            client.expect("welcome");
            client.expect("authenticated");
            assertThat(client.expectError("invalid_message")
                            .at("/payload/message")
                            .asText())
                    .contains("batch_ms", "0 to 1000");
            client.subscribe("batch:2");
        }
    }

    private static List<JsonNode> messages(JsonNode frame) {
        List<JsonNode> messages = new ArrayList<>();
        if (frame.isArray()) {
            frame.forEach(messages::add);
        } else {
            messages.add(frame);
        }
        return messages;
    }

    private static List<String> types(JsonNode frame) {
        return messages(frame).stream().map(each -> each.path("type").asText()).toList();
    }
}
