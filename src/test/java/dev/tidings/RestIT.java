package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as its callers see it: every row, every status. */
class RestIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.message-size", "100K"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void publishesAndReachesSubscribers() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("rest:1");
            HttpResponse<String> response =
                    server.post("/api/v1/channels/rest:1/events", ALL, "{\"event\":\"a.b\",\"payload\":{\"n\":1.50}}");
            assertThat(response.statusCode()).isEqualTo(201);
            JsonNode event = client.expect("message");
            assertThat(event.path("offset")).isEqualTo(json(response).path("offset"));
            assertThat(event.path("id")).isEqualTo(json(response).path("event_id"));
            assertThat(event.path("payload").toString()).isEqualTo("{\"n\":1.5}");
        }
    }

    @Test
    void aRepeatedEventIdGetsTheFirstAnswer() {
        String body = "{\"event\":\"a.b\",\"payload\":1,\"event_id\":\"once\"}";
        HttpResponse<String> first = server.post("/api/v1/channels/rest:idem/events", ALL, body);
        HttpResponse<String> second = server.post("/api/v1/channels/rest:idem/events", ALL, body);
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(json(second)).isEqualTo(json(first));
    }

    @ParameterizedTest
    @CsvSource({"demo:a/b", "demo:a%2Fb", "demo:x@y", "demo:x%40y", "demo:a=b", "demo:~.-_", "demo%3Acolon"})
    void takesEveryCharacterOfAChannel(String path) {
        assertThat(server.post("/api/v1/channels/" + path + "/events", ALL, "{\"event\":\"x\"}")
                        .statusCode())
                .isEqualTo(201);
        String name = java.net.URLDecoder.decode(path, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(get("/api/v1/channels?limit=1000&prefix=demo:").body()).contains('"' + name + '"');
    }

    @Test
    void manyAtOnceAnswerForEach() {
        String writer = Tokens.token("writer", "publish:bulk:*");
        HttpResponse<String> response = server.post("/api/v1/events", writer, """
                [{"channel":"bulk:1","event":"a","payload":1},
                 {"channel":"bulk:1","event":"a","payload":2},
                 {"channel":"secret:1","event":"a"},
                 {"channel":"Bad","event":"a"},
                 {"channel":"bulk:2","event":"NOT LOWER"},
                 {"channel":"bulk:2"},
                 {"channel":"bulk:2","event":"b","event_id":"x"},
                 {"channel":"bulk:2","event":"b","event_id":"x"}]""");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode results = json(response).path("results");
        List<String> outcomes = new ArrayList<>();
        results.forEach(each -> outcomes.add(
                each.has("error")
                        ? each.at("/error/code").asText()
                        : each.path("offset").asText()));
        assertThat(outcomes)
                .containsExactly(
                        "1", "2", "forbidden", "invalid_channel", "invalid_message", "invalid_message", "1", "1");
    }

    @Test
    void historyAnswersEnvelopes() {
        IntStream.rangeClosed(1, 5)
                .forEach(i -> server.post(
                        "/api/v1/channels/rest:hist/events",
                        ALL,
                        "{\"event\":\"e" + i + ".x\",\"payload\":" + i + "}"));
        JsonNode all = json(get("/api/v1/channels/rest:hist/events"));
        assertThat(all.path("events")).hasSize(5);
        assertThat(all.at("/events/0/type").asText()).isEqualTo("message");
        assertThat(all.path("complete").asBoolean()).isTrue();
        String epoch = all.path("epoch").asText();
        assertThat(json(get("/api/v1/channels/rest:hist/events?since_offset=3&epoch=" + epoch))
                        .path("events"))
                .hasSize(2);
        JsonNode newest = json(get("/api/v1/channels/rest:hist/events?limit=2&reverse=true"));
        assertThat(newest.at("/events/0/payload").asInt()).isEqualTo(5);
        assertThat(newest.path("complete").asBoolean(true)).isFalse();
        assertThat(json(get("/api/v1/channels/rest:hist/events?event=e1.*&event=e4.*"))
                        .path("events"))
                .hasSize(2);
        assertThat(json(get("/api/v1/channels/rest:hist/events?since_timestamp=" + Long.MAX_VALUE))
                        .path("events"))
                .isEmpty();
    }

    @Test
    void stateIsReadAndWritten() {
        String path = "/api/v1/channels/rest:state/state";
        assertProblem(get(path), 404, "not_found");
        HttpResponse<String> put = send(request(path).PUT(BodyPublishers.ofString("{\"a\":1,\"b\":{\"c\":2}}")));
        assertThat(json(put))
                .isEqualTo(
                        WsClient.parse(
                                "{\"changed\":true,\"patch\":{\"a\":1,\"b\":{\"c\":2}},\"previous\":{\"a\":null,\"b\":null},\"offset\":1}"));
        String tag = put.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).matches("\"[^:]+:1\"");
        HttpResponse<String> got = get(path);
        assertThat(json(got)).isEqualTo(WsClient.parse("{\"a\":1,\"b\":{\"c\":2}}"));
        assertThat(got.headers().firstValue("ETag")).contains(tag);
        assertThat(send(request(path).header("If-None-Match", tag).GET()).statusCode())
                .isEqualTo(304);

        HttpResponse<String> patched = patch(path, "{\"b\":{\"c\":null,\"d\":3}}");
        assertThat(json(patched).path("previous")).isEqualTo(WsClient.parse("{\"b\":{\"c\":2,\"d\":null}}"));
        HttpResponse<String> same = patch(path, "{\"b\":{\"d\":3}}");
        assertThat(json(same).path("changed").asBoolean(true)).isFalse();
        assertThat(json(same).path("offset").asInt()).isEqualTo(2);

        assertProblem(send(request(path).header("If-Match", tag).DELETE()), 412, "conflict");
        String newest = patched.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> deleted =
                send(request(path).header("If-Match", newest).DELETE());
        assertThat(json(deleted).path("changed").asBoolean()).isTrue();
        assertProblem(get(path), 404, "not_found");
        assertProblem(send(request(path).header("If-Match", "*").PUT(BodyPublishers.ofString("{}"))), 412, "conflict");
        assertThat(send(request(path).header("If-None-Match", "*").PUT(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void concurrentPatchesLoseNothing() throws InterruptedException {
        String path = "/api/v1/channels/rest:race/state";
        List<Thread> threads = IntStream.range(0, 2)
                .mapToObj(t -> Thread.ofVirtual()
                        .start(() -> IntStream.range(0, 50).forEach(i -> patch(path, "{\"t" + t + "n" + i + "\":1}"))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(json(get(path))).hasSize(100);
    }

    @Test
    void channelsAreListedByPageAndPermission() {
        for (String id : List.of("a", "b", "c", "d")) {
            server.post("/api/v1/channels/list:" + id + "/events", ALL, "{\"event\":\"x\"}");
        }
        patch("/api/v1/channels/list:c/state", "{\"x\":1}");
        JsonNode first = json(get("/api/v1/channels?prefix=list:&limit=2"));
        assertThat(first.at("/items/0/channel").asText()).isEqualTo("list:a");
        assertThat(first.path("next").asText()).isEqualTo("list:b");
        JsonNode second = json(get("/api/v1/channels?prefix=list:&limit=2&after=list:b"));
        assertThat(second.at("/items/0/channel").asText()).isEqualTo("list:c");
        assertThat(second.at("/items/0/state").asBoolean()).isTrue();
        assertThat(second.at("/items/0/offset").asInt()).isEqualTo(2);
        assertThat(second.has("next")).isFalse();
        String narrow = Tokens.token("narrow", "subscribe:list:b");
        JsonNode visible = json(server.send(
                server.request("/api/v1/channels?limit=1000", narrow).build()));
        assertThat(visible.path("items")).hasSize(1);
        String other = Tokens.tenantToken("other", "ada", "*:*");
        assertThat(json(server.send(server.request("/api/v1/channels", other).build()))
                        .path("items"))
                .isEmpty();
    }

    @Test
    void permissionsAreExplained() {
        String narrow = Tokens.token("ada", "publish:agent:*");
        JsonNode yes = json(server.send(server.request("/api/v1/permissions?verb=publish&channel=agent:1", narrow)
                .build()));
        assertThat(yes.path("allowed").asBoolean()).isTrue();
        assertThat(yes.path("because").asText()).isEqualTo("publish:agent:*");
        JsonNode no = json(server.send(server.request("/api/v1/permissions?verb=history&channel=agent:1", narrow)
                .build()));
        assertThat(no.path("allowed").asBoolean(true)).isFalse();
        assertProblem(get("/api/v1/permissions?verb=fly&channel=a:1"), 400, "invalid_message");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | channels/a:1/events        | {"event":"x"            | 400 | invalid_message
            POST | channels/a:1/events        | []                      | 400 | invalid_message
            POST | channels/a:1/events        | {}                      | 400 | invalid_message
            POST | channels/a:1/events        | {"event":7}             | 400 | invalid_message
            POST | channels/a:1/events        | {"event":"x"} trailing  | 400 | invalid_message
            POST | channels/Bad/events        | {"event":"x"}           | 400 | invalid_channel
            POST | channels/a:%20/events      | {"event":"x"}           | 400 | invalid_channel
            POST | channels/a:1;x=y/events    | {"event":"x"}           | 400 | invalid_channel
            POST | events                     | {"not":"an array"}      | 400 | invalid_message
            GET  | channels?limit=abc         | ``                      | 400 | invalid_message
            GET  | channels?limit=0           | ``                      | 400 | invalid_message
            GET  | channels/a:1/events?limit=-1        | ``             | 400 | invalid_message
            GET  | channels/a:1/events?reverse=maybe   | ``             | 400 | invalid_message
            GET  | channels/a:1/events?since_offset=3  | ``             | 400 | invalid_message
            GET  | channels/a:1/events?since_timestamp=x | ``           | 400 | invalid_message
            PUT  | channels/a:1/state         | [1]                     | 400 | invalid_message
            PUT  | channels/a:1/state         | nonsense                | 400 | invalid_message
            GET  | nothing                    | ``                      | 404 | not_found
            PUT  | events                     | []                      | 405 | invalid_message
            """)
    void badInputIsNamed(String method, String path, String body, int status, String code) {
        HttpResponse<String> response = send(request("/api/v1/" + path)
                .method(
                        method,
                        body == null || body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
        assertProblem(response, status, code);
        assertThat(json(response).path("detail").asText()).isNotEmpty();
    }

    @Test
    void otherRefusalsAreProblemsToo() {
        HttpRequest.Builder anonymous = HttpRequest.newBuilder(server.uri("/api/v1/channels"));
        HttpResponse<String> refused = server.send(anonymous.build());
        assertProblem(refused, 401, "unauthenticated");
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertProblem(server.send(server.request("/api/v1/channels", "nonsense").build()), 401, "unauthenticated");
        String narrow = Tokens.token("narrow", "subscribe:a:*");
        assertProblem(server.post("/api/v1/channels/a:1/events", narrow, "{\"event\":\"x\"}"), 403, "forbidden");
        assertProblem(
                server.send(server.request("/api/v1/channels/b:1/state", narrow).build()), 403, "forbidden");
        assertProblem(
                server.post(
                        "/api/v1/channels/a:1/events",
                        ALL,
                        "{\"event\":\"x\",\"payload\":\"" + "x".repeat(100 * 1024) + "\"}"),
                413,
                "message_too_large");
        assertProblem(
                send(HttpRequest.newBuilder(server.uri("/api/v1/channels/a:1/events"))
                        .header("Authorization", "Bearer " + ALL)
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{\"event\":\"x\"}"))),
                415,
                "invalid_message");
        assertProblem(
                send(request("/api/v1/channels/a:1/events")
                        .header("Accept", "image/png")
                        .GET()),
                406,
                "invalid_message");
        assertProblem(get("/quick-start"), 404, "not_found");
    }

    @Test
    void everyAnswerBearsTheIdOfTheCallAndIsNotToBeKept() {
        HttpResponse<String> own = send(
                request("/api/v1/channels").header("X-Request-Id", "call-7.a_b").GET());
        assertThat(own.headers().firstValue("X-Request-Id")).contains("call-7.a_b");
        assertThat(own.headers().allValues("Cache-Control")).containsExactly("no-store");
        for (HttpResponse<String> made : List.of(
                send(request("/api/v1/channels")
                        .header("X-Request-Id", "two words")
                        .GET()),
                get("/api/v1/channels/Bad/events"),
                get("/api/v1/nothing"),
                server.get("/api/v1/channels"))) {
            assertThat(made.headers().firstValue("X-Request-Id"))
                    .as(made.toString())
                    .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f-]{36}"));
            assertThat(made.headers().allValues("Cache-Control")).containsExactly("no-store");
        }
    }

    @Test
    void callersAreHeldToTheirRate() {
        try (TidingsServer strict = TidingsServer.start(
                Map.of("tidings.limits.requests-per-second", "5", "tidings.limits.requests-burst", "5"))) {
            HttpResponse<String> response =
                    strict.send(strict.request("/api/v1/channels", ALL).build());
            for (int i = 0; i < 20 && response.statusCode() == 200; i++) {
                response = strict.send(strict.request("/api/v1/channels", ALL).build());
            }
            assertProblem(response, 429, "rate_limited");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(json(response).at("/details/retry_after_ms").asInt()).isPositive();
            String other = Tokens.token("bob", "*:*");
            assertThat(strict.send(strict.request("/api/v1/channels", other).build())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void thePageAndItsPartsComeFromHere() {
        HttpResponse<String> page = server.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(page.body()).doesNotContain("https://", "http://");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';");
        assertThat(server.get("/console/main.js").statusCode()).isEqualTo(200);
        assertThat(server.get("/console/main.css").statusCode()).isEqualTo(200);
    }

    private static HttpRequest.Builder request(String path) {
        return server.request(path, ALL);
    }

    private static HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    private static HttpResponse<String> patch(String path, String body) {
        return send(request(path).method("PATCH", BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        return server.send(request.build());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return WsClient.parse(response.body());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        String what = Objects.toString(response.request().uri(), "") + ' ' + response.body();
        assertThat(response.statusCode()).as(what).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .as(what)
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(json(response).path("code").asText()).as(what).isEqualTo(code);
        assertThat(json(response).path("status").asInt()).as(what).isEqualTo(status);
    }
}
