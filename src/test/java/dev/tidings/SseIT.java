package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.SseClient;
import dev.tidings.testing.SseClient.Block;
import dev.tidings.testing.SseClient.Sse;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-Sent Events: what comes, in which form, and that a client which comes back misses nothing unawares. */
class SseIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final int STORM = 3_000;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.heartbeat", "300ms",
                "tidings.limits.connections-per-subject", "50",
                "tidings.limits.requests-per-second", "100000",
                "tidings.limits.requests-burst", "100000",
                "tidings.channels.storm.history-size", "10000",
                "tidings.channels.short.history-size", "3"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eventsComeAsTheyHappenWithTheirPlaceAsId() {
        try (SseClient client = SseClient.live(server, "live:1", TOKEN);
                WsClient socket = WsClient.connect(server, TOKEN)) {
            assertThat(client.head())
                    .contains("content-type: text/event-stream")
                    .contains("cache-control: no-store")
                    .contains("x-accel-buffering: no")
                    .contains("x-request-id: ");
            assertThat(client.retryMs()).isBetween(1000L, 3000L);
            socket.subscribe("live:1");
            JsonNode published = publish("live:1", "agent.started", "{\"status\":\"büsy\"}");
            Sse heard = client.next();
            assertThat(heard.event()).isEqualTo("message");
            assertThat(heard.data()).as("the very message of a WebSocket").isEqualTo(socket.expect("message"));
            assertThat(heard.id()).isEqualTo(id(published)).isEqualTo(client.lastEventId());
        }
    }

    @Test
    void aLineBreakInAPayloadBreaksNoEvent() {
        try (SseClient client = SseClient.live(server, "live:pretty", TOKEN)) {
            publish("live:pretty", "x", "{\r\n  \"text\": \"a\\nb\",\n\n  \"list\": [1,\r 2]\n}");
            assertThat(client.next().data().path("payload"))
                    .isEqualTo(WsClient.parse("{\"text\":\"a\\nb\",\"list\":[1,2]}"));
            publish("live:pretty", "y", "2");
            assertThat(client.next().offset()).isEqualTo(2);
        }
    }

    @Test
    void whoComesBackGetsWhatItMissed() {
        String last;
        try (SseClient client = SseClient.live(server, "back:1", TOKEN)) {
            publish("back:1", "x", "1");
            last = client.next().id();
        }
        publish("back:1", "x", "2");
        publish("back:1", "x", "3");
        try (SseClient client = SseClient.open(server, "back:1", TOKEN, "Last-Event-ID: " + last)) {
            assertThat(offsets(client.messages(2))).containsExactly(2L, 3L);
            publish("back:1", "x", "4");
            assertThat(client.next().offset()).isEqualTo(4);
        }
    }

    /** The place is known before the first event, so that nothing is missed that happens between two connections. */
    @Test
    void whoLeftBeforeTheFirstEventMissesNothing() {
        String first;
        try (SseClient client = SseClient.live(server, "quiet:1", TOKEN)) {
            first = client.lastEventId();
            assertThat(first).endsWith(":0");
        }
        publish("quiet:1", "x", "1");
        try (SseClient client = SseClient.open(server, "quiet:1", TOKEN, "Last-Event-ID: " + first)) {
            assertThat(client.next().offset()).isEqualTo(1);
        }
    }

    @Test
    void aFirstConnectionMayBeginInThePast() {
        String epoch = publish("past:1", "x", "1").path("epoch").asText();
        publish("past:1", "x", "2");
        String since = "past:1?since_offset=1&epoch=" + epoch;
        try (SseClient client = SseClient.open(server, since, TOKEN)) {
            assertThat(client.next().offset()).isEqualTo(2);
        }
        try (SseClient client = SseClient.open(server, "past:1?since_timestamp=0", TOKEN)) {
            assertThat(offsets(client.messages(2))).containsExactly(1L, 2L);
        }
        try (SseClient client = SseClient.open(server, since, TOKEN, "Last-Event-ID: " + epoch + ":2")) {
            publish("past:1", "x", "3");
            assertThat(client.next().offset())
                    .as("what a browser has got since goes before what its page asked for")
                    .isEqualTo(3);
        }
    }

    @Test
    void theGlobChooses() {
        try (SseClient client = SseClient.live(server, "glob:1?event=agent.*&event=*.done", TOKEN)) {
            publish("glob:1", "other.begun", "1");
            publish("glob:1", "agent.begun", "2");
            publish("glob:1", "other.done", "3");
            assertThat(offsets(client.messages(2))).containsExactly(2L, 3L);
        }
    }

    /** Otherwise who wants little would resume at a place that history has long forgotten. */
    @Test
    void heartbeatsSayUpToWhereNothingWasWanted() {
        try (SseClient client = SseClient.live(server, "beat:1?event=never", TOKEN)) {
            String wanted = id(publish("beat:1", "x", "1"));
            Block beat = client.block();
            while (!client.lastEventId().equals(wanted)) {
                beat = client.block();
            }
            assertThat(beat.comments()).containsExactly("ping");
            assertThat(beat.data()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"other:1", "EPOCH:9999", "EPOCH:1"})
    void whoCannotBeBroughtUpToDateIsToldFirst(String lastEventId) {
        String channel = "short:" + lastEventId.hashCode();
        server.send(server.request("/api/v1/channels/" + channel + "/state", TOKEN)
                .PUT(BodyPublishers.ofString("{\"on\":true}"))
                .build());
        JsonNode newest = null;
        for (int i = 0; i < 6; i++) {
            newest = publish(channel, "x", "1");
        }
        String id = lastEventId.replace("EPOCH", newest.path("epoch").asText());
        try (SseClient client = SseClient.open(server, channel, TOKEN, "Last-Event-ID: " + id)) {
            Sse reset = client.next();
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.data().path("recovered").asBoolean(true)).isFalse();
            assertThat(reset.data().path("epoch")).isEqualTo(newest.path("epoch"));
            assertThat(reset.offset()).isEqualTo(7);
            assertThat(reset.data().at("/state/data/on").asBoolean()).isTrue();
            assertThat(reset.id()).isEqualTo(id(newest));
            publish(channel, "x", "1");
            assertThat(client.next().offset()).isEqualTo(8);
        }
    }

    /** Many connections one after the other, cut off anywhere, while events are published from several sides. */
    @Test
    void everyEventComesOnceAndInOrderOverManyConnections() {
        List<CompletableFuture<Void>> publishers = new ArrayList<>();
        String last;
        try (SseClient first = SseClient.live(server, "storm:1", TOKEN)) {
            last = first.lastEventId();
        }
        for (int i = 0; i < 3; i++) {
            publishers.add(CompletableFuture.runAsync(() -> publishMany("storm:1", STORM / 3)));
        }
        List<Long> heard = new ArrayList<>();
        Random random = new Random(7);
        int connections = 0;
        while (heard.size() < STORM) {
            connections++;
            try (SseClient client = SseClient.open(server, "storm:1", TOKEN, "Last-Event-ID: " + last)) {
                int wanted = Math.min(random.nextInt(200), STORM - heard.size());
                heard.addAll(offsets(client.messages(wanted)));
                last = wanted == 0 ? last : client.lastEventId();
            }
        }
        publishers.forEach(CompletableFuture::join);
        assertThat(heard).isEqualTo(LongStream.rangeClosed(1, STORM).boxed().toList());
        assertThat(connections).isGreaterThan(10);
    }

    @Test
    void http2IsServedAlike() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            HttpResponse<Stream<String>> answer = http.send(
                    server.request("/api/v1/channels/two:1/events", TOKEN)
                            .header("Accept", "text/event-stream")
                            .build(),
                    BodyHandlers.ofLines());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
            Iterator<String> lines = answer.body().iterator();
            assertThat(lines.next()).startsWith("retry: ");
            assertThat(lines.next()).startsWith("id: ");
            String id = id(publish("two:1", "x", "1"));
            String line = lines.next();
            while (!line.equals("id: " + id)) {
                line = lines.next();
            }
            assertThat(lines.next()).startsWith("data: {\"type\":\"message\"");
            http.shutdownNow();
        }
    }

    @Test
    void headTellsWhatGetWould() {
        HttpResponse<String> head = server.send(server.request("/api/v1/channels/live:1/events", TOKEN)
                .header("Accept", "text/event-stream")
                .method("HEAD", BodyPublishers.noBody())
                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).contains("text/event-stream");
    }

    @ParameterizedTest
    @CsvSource({
        "text/event-stream, text/event-stream",
        "'text/event-stream, application/json;q=0.9', text/event-stream",
        "'application/json, text/event-stream;q=0.5', application/json",
        "'text/event-stream;q=0, */*', application/json",
        "'text/*', application/json",
        "*/*, application/json"
    })
    void acceptDecides(String accept, String type) throws Exception {
        HttpResponse<Stream<String>> answer = HttpClient.newHttpClient()
                .send(
                        server.request("/api/v1/channels/accept:1/events", TOKEN)
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofLines());
        answer.body().close();
        if (accept.equals("text/*")) {
            assertThat(answer.statusCode()).isEqualTo(406);
        } else {
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith(type);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad:1?limit=5                           |                     | 400 | limit does not go with
            bad:1?reverse=true                      |                     | 400 | reverse does not go with
            bad:1?wait_ms=1                         |                     | 400 | wait_ms does not go with
            bad:1?misspelt=1                        |                     | 400 | unknown query parameter
            bad:1?since_offset=1                    |                     | 400 | go together
            bad:1?since_offset=x&epoch=k            |                     | 400 | whole number
            bad:1?since_timestamp=-1                |                     | 400 | whole number
            bad:1?event=                            |                     | 400 | glob
            bad:1                                   | Last-Event-ID: nine | 400 | epoch:offset
            bad:1                                   | Last-Event-ID: k:-1 | 400 | epoch:offset
            bad:1                                   | Last-Event-ID: :1   | 400 | epoch:offset
            bad:1                                   | Last-Event-ID: k:99999999999999999999 | 400 | epoch:offset
            Bad                                     |                     | 400 | channel
            bad:*                                   |                     | 400 | channel
            bad:%20                                 |                     | 400 | channel
            """)
    void badInputIsNamed(String channelAndQuery, String header, int status, String detail) {
        String[] headers = header == null ? new String[0] : new String[] {header};
        try (SseClient client = SseClient.ask(server, channelAndQuery, TOKEN, headers)) {
            assertThat(client.head()).startsWith("http/1.1 " + status).contains("application/problem+json");
        }
        HttpResponse<String> answer =
                server.send(server.request("/api/v1/channels/" + channelAndQuery.replace("?", "/events?"), TOKEN)
                        .header("Accept", "text/event-stream")
                        .header("X-None", "1")
                        .build());
        if (header == null && channelAndQuery.contains("?")) {
            assertThat(WsClient.parse(answer.body()).path("detail").asText()).contains(detail);
        }
    }

    /** History is not enough, and whether there is such a channel is not said. */
    @ParameterizedTest
    @ValueSource(strings = {"live:1", "live:never-used"})
    void whoMayNotSubscribeIsRefused(String channel) {
        String token = Tokens.token("eve", "history:*", "subscribe:other:*");
        try (SseClient client = SseClient.ask(server, channel, token)) {
            assertThat(client.head()).startsWith("http/1.1 403");
        }
        try (SseClient client = SseClient.ask(server, channel, "nonsense")) {
            assertThat(client.head()).startsWith("http/1.1 401").contains("www-authenticate: bearer");
        }
    }

    private static JsonNode publish(String channel, String event, String payload) {
        return WsClient.parse(server.post(
                        "/api/v1/channels/" + channel + "/events",
                        TOKEN,
                        "{\"event\":\"" + event + "\",\"payload\":" + payload + "}")
                .body());
    }

    private static void publishMany(String channel, int count) {
        String event = "{\"channel\":\"" + channel + "\",\"event\":\"x\"}";
        for (int i = 0; i < count; i += 10) {
            server.post("/api/v1/events", TOKEN, '[' + String.join(",", Collections.nCopies(10, event)) + ']');
        }
    }

    private static String id(JsonNode published) {
        return published.path("epoch").asText() + ':' + published.path("offset").asLong();
    }

    private static List<Long> offsets(List<Sse> events) {
        return events.stream().map(Sse::offset).toList();
    }
}
