package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How numbers have gone, and that what comes next joins on. */
class TrendIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");

    /** More than the trend is read by at a time. */
    private static final int MANY = 1_300;

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.channels.gauge.history-size", "5000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void bucketsTellOfAllValuesInThem() {
        publish(
                "gauge:all",
                IntStream.range(0, MANY).mapToObj(i -> "{\"speed\":" + i + "}").toList());
        JsonNode one = trend("gauge:all", "field=/payload/speed&points=1");
        assertThat(one.path("points")).hasSize(1);
        JsonNode bucket = one.at("/points/0");
        assertThat(bucket.path("min").asDouble()).isZero();
        assertThat(bucket.path("max").asDouble()).isEqualTo(MANY - 1);
        assertThat(bucket.path("last").asDouble()).isEqualTo(MANY - 1);
        assertThat(bucket.path("mean").asDouble())
                .isCloseTo((MANY - 1) / 2.0, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(bucket.path("count").asInt()).isEqualTo(MANY);
        assertThat(one.path("offset").asLong()).isEqualTo(MANY);

        JsonNode some = trend("gauge:all", "field=/payload/speed&points=7");
        assertThat(some.path("points")).hasSizeBetween(1, 7);
        assertThat(points(some).stream()
                        .mapToInt(each -> each.path("count").asInt())
                        .sum())
                .isEqualTo(MANY);
        assertThat(points(some).stream().map(each -> each.path("t").asLong())).isSorted();
        assertThat(some.path("from").asLong()).isEqualTo(some.at("/points/0/t").asLong());
        assertThat(some.path("to").asLong())
                .isGreaterThan(some.path("points")
                        .path(some.path("points").size() - 1)
                        .path("t")
                        .asLong());
    }

    @Test
    void trianglesKeepEndsAndPeaks() {
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            payloads.add(i == 700 ? "{\"speed\":1000}" : "{\"speed\":" + i % 2 + "}");
        }
        publish("gauge:peak", payloads);
        JsonNode trend = trend("gauge:peak", "field=/payload/speed&points=20&method=lttb");
        assertThat(points(trend)).hasSize(20).allMatch(each -> each.size() == 2);
        assertThat(points(trend).stream().map(each -> each.path("value").asDouble()))
                .contains(1000.0);
        assertThat(points(trend).stream().map(each -> each.path("t").asLong())).isSorted();
    }

    @Test
    void ofAStateItIsWhatEventsWroteThere() {
        for (int speed : List.of(100, 150, 120)) {
            write("device:motor_01", "{\"speed\":" + speed + ",\"name\":\"m" + speed + "\"}");
        }
        write("device:motor_01", "{\"on\":true}");
        server.post(
                "/api/v1/channels/device:motor_01/events",
                TOKEN,
                "{\"event\":\"other\",\"payload\":{\"patch\":{\"speed\":1}}}");
        JsonNode state = trend("device:motor_01", "field=/state/speed&method=lttb");
        assertThat(points(state).stream().map(each -> each.path("value").asInt()))
                .containsExactly(100, 150, 120);
        JsonNode patches = trend("device:motor_01", "field=/payload/patch/speed&method=lttb");
        assertThat(points(patches).stream().map(each -> each.path("value").asInt()))
                .containsExactly(100, 150, 120, 1);
        assertThat(trend("device:motor_01", "field=/state/name").path("points")).isEmpty();
        assertThat(trend("device:motor_01", "field=/state/nothing")
                        .path("offset")
                        .asLong())
                .isEqualTo(5);
    }

    @Test
    void whoSubscribesWhereItEndsMissesNothingAndGetsNothingTwice() {
        publish("gauge:live", List.of("{\"speed\":1}", "{\"speed\":2}"));
        JsonNode trend = trend("gauge:live", "field=/payload/speed&method=lttb");
        publish("gauge:live", List.of("{\"speed\":3}"));
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe(
                    "gauge:live",
                    "{\"since\":{\"epoch\":\"" + trend.path("epoch").asText() + "\",\"offset\":" + trend.path("offset")
                            + "}}");
            publish("gauge:live", List.of("{\"speed\":4}"));
            assertThat(client.events(2))
                    .extracting(each -> each.at("/payload/speed").asInt())
                    .containsExactly(3, 4);
        }
        assertThat(points(trend)).hasSize(2);
    }

    @Test
    void itEndsWhereItIsToldTo() {
        publish("gauge:bounds", List.of("{\"v\":1}", "{\"v\":2}"));
        JsonNode event = WsClient.parse(
                        server.send(server.request("/api/v1/channels/gauge:bounds/events?limit=1", TOKEN)
                                        .build())
                                .body())
                .at("/events/0");
        long first = event.path("timestamp").asLong();
        JsonNode before = trend("gauge:bounds", "field=/payload/v&to=" + first);
        assertThat(before.path("points")).isEmpty();
        assertThat(before.path("offset").asLong())
                .as("the events are still to come")
                .isZero();
        JsonNode after = trend("gauge:bounds", "field=/payload/v&from=" + (first + 3_600_000));
        assertThat(after.path("points")).isEmpty();
        assertThat(after.path("offset").asLong()).isEqualTo(2);
        JsonNode from = trend("gauge:bounds", "field=/payload/v&points=5000&from=" + first);
        assertThat(from.path("from").asLong()).isEqualTo(first);
        assertThat(points(from).stream()
                        .mapToInt(each -> each.path("count").asInt())
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void aChannelNobodyUsedHasNone() {
        JsonNode trend = trend("gauge:unused", "field=/payload/v");
        assertThat(trend.path("points")).isEmpty();
        assertThat(trend.path("offset").asLong()).isZero();
        assertThat(trend.path("epoch").asText()).isNotEmpty();
    }

    @Test
    void numbersThatNobodyCanDrawArePassedOver() {
        publish(
                "gauge:odd",
                List.of("{\"v\":1e9999}", "{\"v\":\"7\"}", "{\"v\":null}", "{\"v\":[1]}", "5", "{\"v\":1.5}"));
        assertThat(points(trend("gauge:odd", "field=/payload/v&method=lttb")).stream()
                        .map(each -> each.path("value").asDouble()))
                .containsExactly(1.5);
        assertThat(points(trend("gauge:odd", "field=/payload&method=lttb")).stream()
                        .map(each -> each.path("value").asDouble()))
                .containsExactly(5.0);
        assertThat(points(trend("gauge:odd", "field=/payload/v/0&method=lttb")).stream()
                        .map(each -> each.path("value").asDouble()))
                .containsExactly(1.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "field=",
                "field=speed",
                "field=/",
                "field=/channel",
                "field=/state",
                "field=/state/",
                "field=/payload~2",
                "field=/payload/~",
                "field=/payload/a&field=/payload/b",
                "field=/payload/a&points=0",
                "field=/payload/a&points=5001",
                "field=/payload/a&points=many",
                "field=/payload/a&from=-1",
                "field=/payload/a&to=0",
                "field=/payload/a&from=5&to=5",
                "field=/payload/a&from=99999999999999999999",
                "field=/payload/a&method=mean",
                "field=/payload/a&until=5"
            })
    void whatItCannotMeanIsRefused(String query) {
        HttpResponse<String> answer = get("gauge:any", query, TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(get("gauge:any", "field=/payload/a&from=7&to=5", TOKEN).body())
                .contains("found are from 7 and to 5");
        assertThat(get("gauge:any", "field=/payload/" + "x".repeat(300), TOKEN).statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoMayNotReadHistoryGetsNone() {
        publish("gauge:secret", List.of("{\"v\":1}"));
        String watcher = Tokens.token("bob", "subscribe:gauge:*");
        HttpResponse<String> secret = get("gauge:secret", "field=/payload/v", watcher);
        assertThat(secret.statusCode()).isEqualTo(403);
        assertThat(get("gauge:nothing", "field=/payload/v", watcher).statusCode())
                .isEqualTo(403);
        String other = Tokens.tenantToken("other", "ada", "*:*");
        assertThat(WsClient.parse(get("gauge:secret", "field=/payload/v", other).body())
                        .path("points"))
                .isEmpty();
    }

    private static JsonNode trend(String channel, String query) {
        HttpResponse<String> answer = get(channel, query, TOKEN);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return WsClient.parse(answer.body());
    }

    private static HttpResponse<String> get(String channel, String query, String token) {
        String encoded = query.replace("~", URLEncoder.encode("~", StandardCharsets.UTF_8));
        return server.send(server.request("/api/v1/channels/" + channel + "/trend?" + encoded, token)
                .build());
    }

    private static List<JsonNode> points(JsonNode trend) {
        return StreamSupport.stream(trend.path("points").spliterator(), false).toList();
    }

    private static void publish(String channel, List<String> payloads) {
        ArrayNode events = WsClient.JSON.createArrayNode();
        for (String payload : payloads) {
            events.addObject()
                    .put("channel", channel)
                    .put("event", "measured")
                    .putRawValue("payload", new com.fasterxml.jackson.databind.util.RawValue(payload));
        }
        assertThat(server.post("/api/v1/events", TOKEN, events.toString()).statusCode())
                .isEqualTo(200);
    }

    private static void write(String channel, String patch) {
        HttpResponse<String> answer = server.send(server.request("/api/v1/channels/" + channel + "/state", TOKEN)
                .setHeader("Content-Type", "application/merge-patch+json")
                .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString(patch))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
