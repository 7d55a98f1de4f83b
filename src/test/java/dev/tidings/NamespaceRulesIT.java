package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a namespace lays down holds for every way in. */
class NamespaceRulesIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final String SEEN = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["by"],
             "properties": {"by": {"$ref": "#/$defs/name"}, "times": {"type": "array", "items": {"type": "integer"}}},
             "$defs": {"name": {"type": "string", "maxLength": 5}}}""";
    private static final String LAMP = """
            {"properties": {"level": {"type": "integer", "minimum": 0, "maximum": 100}}, "additionalProperties": false}""";

    @TempDir
    static Path directory;

    private static TidingsServer server;

    @BeforeAll
    static void start() throws IOException {
        Path seen = Files.writeString(directory.resolve("seen.json"), SEEN);
        Path lamp = Files.writeString(directory.resolve("lamp.json"), LAMP);
        server = TidingsServer.start(Map.of(
                "tidings.channels.plain.state", "false",
                "tidings.channels.ours.publish", "server",
                "tidings.channels.few.publish", "bob,carol",
                "tidings.channels.device.schemas.\"lamp.seen\"", seen.toString(),
                "tidings.channels.device.state-schema", lamp.toString(),
                "tidings.channels.metrics.publish", "server",
                "tidings.pollers.host.enabled", "true"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                             | /payload         | by
            {"by":7}                       | /payload/by      | string
            {"by":"longer than that"}      | /payload/by      | 5
            {"by":"x","times":[1,2,"3"]}   | /payload/times/2 | integer
            null                           | /payload         | object
            """)
    void aPayloadHoldsToItsSchemaByEveryWayIn(String payload, String at, String why) {
        String event = "{\"channel\":\"device:1\",\"event\":\"lamp.seen\",\"payload\":" + payload + "}";
        JsonNode problem = problem(server.post("/api/v1/channels/device:1/events", ALL, event), 400, "invalid_message");
        assertThat(problem.at("/details/at").asText()).isEqualTo(at);
        assertThat(problem.path("detail").asText()).contains(at).contains(why);

        JsonNode many =
                json(server.post("/api/v1/events", ALL, "[" + event + "]")).at("/results/0/error");
        assertThat(many.path("code").asText()).isEqualTo("invalid_message");
        assertThat(many.at("/details/at").asText()).isEqualTo(at);
        assertThat(json(send("POST", "/api/v1/events", "application/x-ndjson", event + "\n"))
                        .at("/error/details/at")
                        .asText())
                .isEqualTo(at);
        String cloud = "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"/s\",\"type\":\"lamp.seen\","
                + "\"subject\":\"device:1\",\"data\":" + payload + "}";
        assertThat(json(send("POST", "/api/v1/events", "application/cloudevents+json", cloud))
                        .at("/results/0/error/details/at")
                        .asText())
                .isEqualTo(at);
        try (WsClient client = WsClient.connect(server)) {
            client.send(WsClient.publishMessage("1", "device:1", "lamp.seen", payload));
            assertThat(client.expectError("invalid_message")
                            .at("/payload/details/at")
                            .asText())
                    .isEqualTo(at);
        }
        assertThat(history("device:1")).isEmpty();
    }

    @Test
    void whatHoldsAndWhatNobodySpokeOfComesIn() {
        String path = "/api/v1/channels/device:good/events";
        assertThat(server.post(path, ALL, "{\"event\":\"lamp.seen\",\"payload\":{\"by\":\"ada\",\"times\":[1]}}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(server.post(path, ALL, "{\"event\":\"lamp.gone\",\"payload\":7}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(server.post("/api/v1/channels/other:1/events", ALL, "{\"event\":\"lamp.seen\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aStateHoldsToItsSchemaAsAWhole() {
        String path = "/api/v1/channels/device:lamp/state";
        assertThat(send("PUT", path, "application/json", "{\"level\":50}").statusCode())
                .isEqualTo(200);
        JsonNode problem = problem(send("PUT", path, "application/json", "{\"level\":101}"), 400, "invalid_message");
        assertThat(problem.at("/details/at").asText()).isEqualTo("/level");
        problem(send("PATCH", path, "application/json", "{\"colour\":\"red\"}"), 400, "invalid_message");
        problem(send("PATCH", path, "application/json", "{\"level\":-1}"), 400, "invalid_message");
        assertThat(send("PATCH", path, "application/json", "{\"level\":null}").statusCode())
                .isEqualTo(200);
        try (WsClient client = WsClient.connect(server)) {
            client.send(
                    WsClient.publishMessage("1", "device:lamp", "state.changed", "{\"patch\":{\"level\":\"high\"}}"));
            assertThat(client.expectError("invalid_message")
                            .at("/payload/details/at")
                            .asText())
                    .isEqualTo("/level");
        }
        assertThat(json(send("GET", path, "application/json", ""))).isEmpty();
        assertThat(send("DELETE", path, "application/json", "").statusCode()).isEqualTo(200);
        assertThat(history("device:lamp")).hasSize(3);
    }

    @Test
    void aNamespaceWithoutStateHasNone() {
        String path = "/api/v1/channels/plain:1/state";
        problem(send("PUT", path, "application/json", "{\"a\":1}"), 403, "forbidden");
        problem(send("PATCH", path, "application/json", "{\"a\":1}"), 403, "forbidden");
        assertThat(json(send("DELETE", path, "application/json", ""))
                        .path("changed")
                        .asBoolean(true))
                .isFalse();
        problem(
                server.post(
                        "/api/v1/channels/plain:1/events",
                        ALL,
                        "{\"event\":\"state.changed\",\"payload\":{\"patch\":{\"a\":1}}}"),
                403,
                "forbidden");
        assertThat(server.post("/api/v1/channels/plain:1/events", ALL, "{\"event\":\"a\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void whoMayPublishIsLaidDown() {
        String event = "{\"event\":\"a\",\"payload\":1}";
        for (String channel : new String[] {"ours:1", "few:1"}) {
            problem(server.post("/api/v1/channels/" + channel + "/events", ALL, event), 403, "forbidden");
            problem(
                    send("PUT", "/api/v1/channels/" + channel + "/state", "application/json", "{\"a\":1}"),
                    403,
                    "forbidden");
            problem(send("DELETE", "/api/v1/channels/" + channel + "/state", "application/json", ""), 403, "forbidden");
            String inBulk = "{\"channel\":\"" + channel + "\",\"event\":\"a\"}";
            assertThat(json(server.post("/api/v1/events", ALL, "[" + inBulk + "]"))
                            .at("/results/0/error/code")
                            .asText())
                    .isEqualTo("forbidden");
            assertThat(json(send("POST", "/api/v1/events", "application/x-ndjson", inBulk + "\n"))
                            .at("/error/code")
                            .asText())
                    .isEqualTo("forbidden");
            try (WsClient client = WsClient.connect(server)) {
                client.send(WsClient.publishMessage("1", channel, "a", "1"));
                client.expectError("forbidden");
                client.send(WsClient.publishMessage("2", channel, "state.deleted", "{}"));
                client.expectError("forbidden");
            }
            assertThat(history(channel)).isEmpty();
        }
        String bob = Tokens.token("bob", "publish:few:*");
        assertThat(server.post("/api/v1/channels/few:1/events", bob, event).statusCode())
                .isEqualTo(201);
        problem(
                server.post("/api/v1/channels/few:1/events", Tokens.token("bob", "publish:other:*"), event),
                403,
                "forbidden");
        problem(server.post("/api/v1/channels/ours:1/events", Tokens.token("server", "*:*"), event), 403, "forbidden");
    }

    @Test
    void whoMayPublishIsExplained() {
        assertThat(mayPublish("bob", "few:1").toString())
                .isEqualTo(
                        "{\"allowed\":true,\"verb\":\"publish\",\"channel\":\"few:1\",\"because\":\"publish:few:*\"}");
        JsonNode ann = mayPublish("ann", "few:*");
        assertThat(ann.path("allowed").asBoolean(true)).isFalse();
        assertThat(ann.path("because").asText()).isEqualTo("channels of few have publishers of their own");
    }

    private static JsonNode mayPublish(String subject, String channel) {
        return json(server.send(server.request(
                        "/api/v1/permissions?verb=publish&channel=" + channel, Tokens.token(subject, "publish:few:*"))
                .build()));
    }

    @Test
    void pollersPublishWhereNobodyElseMay() {
        await().until(() -> json(send("GET", "/api/v1/channels?prefix=metrics:", "application/json", ""))
                        .path("items")
                        .size()
                == 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tidings.channels.device.schemas.seen             | pom.xml              | not JSON
            tidings.channels.device.state-schema             | /nowhere/at/all.json | it cannot be read
            tidings.channels.device.schemas."state.changed"  | /nowhere/at/all.json | state-schema
            tidings.channels.device.schemas.Seen             | /nowhere/at/all.json | type of an event
            tidings.channels.device.publish                  | server,bob           | anyone, server, or subjects
            tidings.channels.device.fresh-for                | 10ms                 | 1 s
            tidings.channels.device.fresh-for                | soon                 | soon
            tidings.channels.device.freshfor                 | 10s                  | freshfor
            tidings.channels.Device.state                    | false                | namespace
            """)
    void whatCannotBeStopsTheStart(String key, String value, String why) {
        refused(key, value, why);
    }

    private static void refused(String key, String value, String why) {
        Map<String, String> settings = new HashMap<>();
        settings.put("tidings.auth.secret", Tokens.SECRET);
        settings.put(key, value);
        try (TidingsServer refused = TidingsServer.launch(settings)) {
            assertThat(refused.awaitExit()).isNotZero();
            assertThat(refused.output())
                    .contains(why)
                    .contains(key.substring(0, "tidings.channels.".length()))
                    .doesNotContain("\tat ");
        }
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        return server.send(server.request(path, ALL)
                .setHeader("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("code").asText()).isEqualTo(code);
        return json(answer);
    }

    private static JsonNode history(String channel) {
        return json(send("GET", "/api/v1/channels/" + channel + "/events", "application/json", ""))
                .path("events");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return WsClient.parse(answer.body());
    }
}
