package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Operator;
import dev.tidings.testing.SseClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams and long polls are connections to operators, too. */
class StreamOperatorsIT {
    private static TidingsServer server;
    private static Operator operator;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
        operator = Operator.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theyAreListedAndSentAway() {
        String token = Tokens.token("ada", "*:*");
        CompletableFuture<HttpResponse<String>> poll = poll(token);
        try (SseClient stream = SseClient.live(server, "s:1", token)) {
            List<JsonNode> items =
                    Awaitility.await().until(() -> operator.listed("?subject=ada"), listed -> listed.size() == 2);
            assertThat(items)
                    .extracting(each -> each.path("transport").asText())
                    .containsExactlyInAnyOrder("sse", "long_poll");
            assertThat(items).allSatisfy(each -> {
                assertThat(each.path("subscriptions").asInt()).isEqualTo(1);
                assertThat(each.path("lag").asLong(-1)).isZero();
            });
            assertThat(operator.disconnectSubject("ada").body()).contains("\"disconnected\":2");
            assertEnds(stream, "disconnected by an operator");
            assertThat(poll.join().statusCode()).isEqualTo(403);
            assertThat(poll.join().body()).contains("disconnected by an operator");
        }
        Awaitility.await().until(() -> operator.listed("?subject=ada").isEmpty());
    }

    @Test
    void theyEndWithTheirToken() {
        Map<String, Object> claims = Tokens.claims("bob", "*:*");
        claims.put("jti", "bobs");
        String token = Tokens.sign(claims);
        CompletableFuture<HttpResponse<String>> poll = poll(token);
        try (SseClient stream = SseClient.live(server, "s:1", token);
                SseClient other = SseClient.live(server, "s:1", Tokens.token("bob", "*:*"))) {
            Awaitility.await().until(() -> operator.listed("?subject=bob").size() == 3);
            operator.revokeForLong("jti", "bobs");
            assertEnds(stream, "the token has been revoked");
            assertThat(poll.join().statusCode()).isEqualTo(401);
            assertThat(SseClient.ask(server, "s:1", token).head()).startsWith("http/1.1 401");
            server.post("/api/v1/channels/s:1/events", Tokens.token("cleo", "*:*"), "{\"event\":\"a.b\"}");
            assertThat(other.messages(1)).hasSize(1);
        }
    }

    private static void assertEnds(SseClient stream, String why) {
        SseClient.Block last = stream.block();
        assertThat(last).isNotNull();
        assertThat(last.comments()).containsExactly(why);
        assertThat(stream.block()).isNull();
    }

    private static CompletableFuture<HttpResponse<String>> poll(String token) {
        return CompletableFuture.supplyAsync(
                () -> server.send(server.request("/api/v1/channels/s:none/events?wait_ms=60000", token)
                        .timeout(Duration.ofSeconds(60))
                        .build()));
    }
}
