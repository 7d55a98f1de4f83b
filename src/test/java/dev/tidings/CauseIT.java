package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What led to an event goes with it: by every way in, by every way out, in every kind of log. */
class CauseIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final String TOO_LONG = "x".repeat(129);

    @TempDir
    static Path directory;

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "redis"})
    void everyWayInKeepsIt(String backend) {
        if (backend.equals("memory")) {
            publishAndRead(server);
        } else if (backend.equals("sqlite")) {
            try (TidingsServer sqlite = TidingsServer.start(
                    Map.of("tidings.log.file", directory.resolve("log.db").toString()))) {
                publishAndRead(sqlite);
            }
        } else {
            assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
            try (RedisServer redis = RedisServer.start();
                    TidingsServer clustered = TidingsServer.start(Map.of(
                            "tidings.log.backend",
                            "redis",
                            "quarkus.redis.hosts",
                            "redis://127.0.0.1:" + redis.port()))) {
                publishAndRead(clustered);
            }
        }
    }

    private static void publishAndRead(TidingsServer at) {
        try (WsClient client = WsClient.connect(at)) {
            client.subscribe("cause:1");
            client.ask(
                    "{\"type\":\"publish\",\"id\":\"1\",\"channel\":\"cause:1\",\"event\":\"a\",\"cause\":\"c\\u00e9-1\"}");
            at.post("/api/v1/channels/cause:1/events", ALL, "{\"event\":\"a\",\"cause\":\"c-2\"}");
            at.post("/api/v1/events", ALL, "[{\"channel\":\"cause:1\",\"event\":\"a\",\"cause\":\"c-3\"}]");
            send(
                    at,
                    "POST",
                    "/api/v1/events",
                    "application/x-ndjson",
                    "{\"channel\":\"cause:1\",\"event\":\"a\",\"cause\":\"c-4\"}\n");
            send(at, "POST", "/api/v1/events", "application/cloudevents+json", """
                    {"specversion":"1.0","id":"5","source":"/s","type":"a","subject":"cause:1","cause":"c-5"}""");
            send(at, "PUT", "/api/v1/channels/cause:1/state?cause=c-6", "application/json", "{\"on\":true}");
            send(at, "PATCH", "/api/v1/channels/cause:1/state?cause=c%2D7", "application/json", "{\"on\":false}");
            client.ask("{\"type\":\"publish\",\"id\":\"8\",\"channel\":\"cause:1\",\"event\":\"state.changed\","
                    + "\"payload\":{\"patch\":{\"on\":true}},\"cause\":\"c-8\"}");
            send(at, "DELETE", "/api/v1/channels/cause:1/state?cause=c-9", "application/json", "");
            client.publish("cause:1", "a", "1");

            List<String> expected = List.of("cé-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7", "c-8", "c-9", "none");
            assertThat(client.events(10).stream().map(CauseIT::cause).toList()).isEqualTo(expected);
            assertThat(causes(WsClient.parse(at.send(at.request("/api/v1/channels/cause:1/events", ALL)
                                            .build())
                                    .body())
                            .path("events")))
                    .isEqualTo(expected);
            assertThat(causes(client.ask("{\"type\":\"history\",\"id\":\"h\",\"channel\":\"cause:1\"}")
                            .at("/payload/events")))
                    .isEqualTo(expected);
        }
    }

    @Test
    void aFilterReachesIt() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe(
                    "cause:filtered",
                    "{\"filter\":{\"where\":{\"field\":\"/cause\",\"op\":\"eq\",\"value\":\"c-1\"}}}");
            server.post("/api/v1/channels/cause:filtered/events", ALL, "{\"event\":\"a\"}");
            server.post("/api/v1/channels/cause:filtered/events", ALL, "{\"event\":\"b\",\"cause\":\"c-2\"}");
            server.post("/api/v1/channels/cause:filtered/events", ALL, "{\"event\":\"c\",\"cause\":\"c-1\"}");
            assertThat(client.expect("message").path("event").asText()).isEqualTo("c");
        }
    }

    @Test
    void aChainIsFollowedBack() {
        String first = published("{\"event\":\"order.placed\"}");
        String second = published("{\"event\":\"order.packed\",\"cause\":\"" + first + "\"}");
        published("{\"event\":\"order.sent\",\"cause\":\"" + second + "\"}");
        JsonNode events = WsClient.parse(server.send(server.request("/api/v1/channels/cause:chain/events", ALL)
                                .build())
                        .body())
                .path("events");
        assertThat(events.at("/2/cause")).isEqualTo(events.at("/1/id"));
        assertThat(events.at("/1/cause")).isEqualTo(events.at("/0/id"));
        assertThat(events.get(0).has("cause")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"7", "''", "{}", "[]", "true", "'\"\"'", "'\"two words\"'", "'\"tab\\tin\"'", "'\"" + "x" + "\\u007f\"'"
    })
    void whatIsNoCauseIsRefused(String cause) {
        String value = cause.isEmpty() ? '"' + TOO_LONG + '"' : cause;
        HttpResponse<String> rest =
                server.post("/api/v1/channels/cause:bad/events", ALL, "{\"event\":\"a\",\"cause\":" + value + "}");
        assertThat(rest.statusCode()).as(rest.body()).isEqualTo(400);
        assertThat(rest.body()).contains("invalid_message").contains("cause");
        JsonNode many = WsClient.parse(server.post(
                        "/api/v1/events", ALL, "[{\"channel\":\"cause:bad\",\"event\":\"a\",\"cause\":" + value + "}]")
                .body());
        assertThat(many.at("/results/0/error/code").asText()).isEqualTo("invalid_message");
        try (WsClient client = WsClient.connect(server)) {
            client.send("{\"type\":\"publish\",\"id\":\"1\",\"channel\":\"cause:bad\",\"event\":\"a\",\"cause\":"
                    + value + "}");
            assertThat(client.expectError("invalid_message")
                            .at("/payload/message")
                            .asText())
                    .contains("cause");
        }
        assertThat(server.send(server.request("/api/v1/channels/cause:bad/events", ALL)
                                .build())
                        .body())
                .contains("\"offset\":0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cause=", "cause=a%20b", "cause=%00", "cause=a&cause=b", "because=a"})
    void whatIsNoCauseOfAStateIsRefused(String query) {
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            HttpResponse<String> answer =
                    send(server, method, "/api/v1/channels/cause:bad/state?" + query, "application/json", "{\"a\":1}");
            assertThat(answer.statusCode()).as(method + ' ' + answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("invalid_message");
        }
        HttpResponse<String> tooLong = send(
                server, "PUT", "/api/v1/channels/cause:bad/state?cause=" + TOO_LONG, "application/json", "{\"a\":1}");
        assertThat(tooLong.statusCode()).isEqualTo(400);
    }

    private static String published(String event) {
        return WsClient.parse(server.post("/api/v1/channels/cause:chain/events", ALL, event)
                        .body())
                .path("event_id")
                .asText();
    }

    private static HttpResponse<String> send(TidingsServer to, String method, String path, String type, String body) {
        HttpRequest request = to.request(path, ALL)
                .setHeader("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return to.send(request);
    }

    private static List<String> causes(JsonNode events) {
        List<String> causes = new ArrayList<>();
        events.forEach(event -> causes.add(cause(event)));
        return causes;
    }

    private static String cause(JsonNode event) {
        return event.path("cause").asText("none");
    }
}
