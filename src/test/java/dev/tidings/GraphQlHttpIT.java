package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries and mutations of GraphQL by plain HTTP. */
class GraphQlHttpIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final String GRAPHQL = "application/graphql-response+json";
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.message-size",
                "64K",
                "tidings.limits.requests-per-second",
                "10",
                "tidings.limits.requests-burst",
                "200"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> ask(String body, String... headers) {
        HttpRequest.Builder request = server.request("/graphql", ALL).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return server.send(request.POST(BodyPublishers.ofString(body)).build());
    }

    private static String query(String query) {
        return WsClient.JSON.createObjectNode().put("query", query).toString();
    }

    private static String code(HttpResponse<String> answer) {
        return WsClient.parse(answer.body()).at("/errors/0/extensions/code").asText();
    }

    @Test
    void answersAreCountedByTheirStatus() {
        assertThat(ask(query("{ channels { items { channel } } }")).statusCode())
                .isEqualTo(200);
        assertThat(ask(query("{ channels { items { channel } } }"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(server.get("/q/metrics").body())
                .containsPattern("tidings_graphql_requests_seconds_count\\{status=\"200\"} [1-9]")
                .containsPattern("tidings_graphql_requests_seconds_count\\{status=\"415\"} [1-9]");
    }

    @Test
    void whatIsPublishedIsInTheHistory() {
        HttpResponse<String> published = ask(query(
                "mutation { publish(channel: \"agent:1\", event: \"agent.started\", payload: {n: 1}) { offset } }"));
        assertThat(published.statusCode()).isEqualTo(200);
        assertThat(published.body()).isEqualTo("{\"data\":{\"publish\":{\"offset\":1}}}");
        HttpResponse<String> history = ask(
                "{\"query\":\"query H($c: String!) { history(channel: $c, reverse: true, limit: 1) { events { event n: payload(at: \\\"/n\\\") } } }\","
                        + "\"operationName\":\"H\",\"variables\":{\"c\":\"agent:1\"}}",
                "Accept",
                GRAPHQL);
        assertThat(history.headers().firstValue("Content-Type").orElse("")).startsWith(GRAPHQL);
        assertThat(history.body())
                .isEqualTo("{\"data\":{\"history\":{\"events\":[{\"event\":\"agent.started\",\"n\":1}]}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"query\":1}",
                "{\"query\":\"{x}\",\"variables\":1}",
                "[{\"query\":\"{x}\"}]"
            })
    void whatIsNoRequestIsRefused(String body) {
        HttpResponse<String> answer = ask(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("invalid_message");
    }

    @Test
    void errorsHaveTheFormAndTheStatusThatClientsKnow() {
        assertThat(ask(query("{ nothing }")).statusCode()).isEqualTo(200);
        assertThat(ask(query("{ nothing }"), "Accept", GRAPHQL).statusCode()).isEqualTo(400);
        assertThat(code(ask(query("{ nothing }")))).isEqualTo("invalid_message");
        HttpResponse<String> live = ask(query("subscription { updates(channel: \"a:1\") { channel } }"));
        assertThat(live.body()).contains("graphql-transport-ws");
        HttpResponse<String> forbidden = ask(
                query("{ states(channel: \"secret:*\") { data } }"),
                "Authorization",
                "Bearer " + Tokens.token("bob", "subscribe:agent:*"));
        assertThat(forbidden.statusCode()).isEqualTo(200);
        assertThat(code(forbidden)).isEqualTo("forbidden");
        assertThat(WsClient.parse(forbidden.body()).at("/data/states").isNull()).isTrue();
        assertThat(code(ask(query("{ channels(limit: 0) { next } }")))).isEqualTo("invalid_message");
        assertThat(code(ask(query("{ history(channel: \"a:1\", limit: 0) { epoch } }"))))
                .isEqualTo("invalid_message");
        assertThat(code(ask(query("mutation { publish(channel: \"a:1\", event: \"No Event\") { offset } }"))))
                .isEqualTo("invalid_message");
    }

    @Test
    void whoMayNotCallIsTold() {
        assertThat(ask(query("{ channels { next } }"), "Authorization", "Bearer x")
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<String> without = server.send(HttpRequest.newBuilder(server.uri("/graphql"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(query("{ channels { next } }")))
                .build());
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(code(without)).isEqualTo("unauthenticated");
        assertThat(ask(query("{ channels { next } }"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        HttpResponse<String> large = ask(query("{ channels { next } } #" + "x".repeat(70_000)));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(code(large)).isEqualTo("message_too_large");
        HttpResponse<String> got = server.get("/graphql");
        assertThat(got.statusCode()).isEqualTo(405);
        assertThat(got.headers().firstValue("Allow")).contains("POST, OPTIONS");
        assertThat(server.get("/graphql/other").statusCode()).isEqualTo(404);
    }

    @Test
    void whoCallsTooOftenHasToWait() {
        String often = Tokens.token("often", "*:*");
        JsonNode refused = null;
        for (int i = 0; i < 5_000 && refused == null; i++) {
            HttpResponse<String> answer = ask("{}", "Authorization", "Bearer " + often);
            if (answer.statusCode() == 429) {
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                refused = WsClient.parse(answer.body());
            }
        }
        assertThat(refused).isNotNull();
        assertThat(refused.at("/errors/0/extensions/code").asText()).isEqualTo("rate_limited");
    }
}
