package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long polls: a client that has nothing else misses nothing unawares, and hears of things when they happen. */
class LongPollIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int STORM = 3_000;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.connections-per-subject", "10",
                "tidings.limits.requests-per-second", "100000",
                "tidings.limits.requests-burst", "100000",
                "tidings.channels.storm.history-size", "10000",
                "tidings.channels.short.history-size", "3"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A place in a channel, as the last answer gave it. */
    private record Place(String epoch, long offset) {
        static Place of(JsonNode answer) {
            return new Place(
                    answer.path("epoch").asText(), answer.path("offset").asLong());
        }

        String query() {
            return "since_offset=" + offset + "&epoch=" + epoch;
        }
    }

    @Test
    void whatIsThereIsAnsweredAtOnce() {
        publish("there:1", "1");
        publish("there:1", "2");
        JsonNode answer = poll("there:1", "wait_ms=60000");
        assertThat(offsets(answer)).containsExactly(1L, 2L);
        assertThat(answer.path("offset").asLong()).isEqualTo(2);
        assertThat(answer.path("complete").asBoolean()).isTrue();
        assertThat(answer.path("recovered").asBoolean()).isTrue();
    }

    @Test
    void whoWaitsHearsOfItWhenItHappens() {
        Place place = Place.of(poll("soon:1", "wait_ms=0"));
        for (int i = 1; i <= 20; i++) {
            CompletableFuture<JsonNode> waiting = pollLater("soon:1", place.query() + "&wait_ms=60000");
            awaitWaiting(1);
            long published = System.nanoTime();
            publish("soon:1", Integer.toString(i));
            JsonNode answer = waiting.join();
            assertThat(Duration.ofNanos(System.nanoTime() - published)).isLessThan(Duration.ofSeconds(5));
            assertThat(offsets(answer)).containsExactly((long) i);
            place = Place.of(answer);
        }
    }

    @Test
    void whereNothingHappensTheAnswerIsEmptyAndInTime() {
        long asked = System.nanoTime();
        JsonNode answer = poll("never:1", "wait_ms=400");
        Duration took = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(took).isBetween(Duration.ofMillis(400), Duration.ofSeconds(10));
        assertThat(offsets(answer)).isEmpty();
        assertThat(answer.path("offset").asLong()).isZero();
        assertThat(answer.path("complete").asBoolean()).isTrue();
    }

    @Test
    void theGlobChoosesAndThePlaceMovesOnAllTheSame() {
        Place place = Place.of(poll("glob:1", "wait_ms=0"));
        CompletableFuture<JsonNode> waiting = pollLater("glob:1", place.query() + "&event=wanted.*&wait_ms=60000");
        awaitWaiting(1);
        publish("glob:1", "1");
        server.post("/api/v1/channels/glob:1/events", TOKEN, "{\"event\":\"wanted.now\"}");
        assertThat(offsets(waiting.join())).containsExactly(2L);
        JsonNode none = poll("glob:1", place.query() + "&event=never&wait_ms=100");
        assertThat(offsets(none)).isEmpty();
        assertThat(none.path("offset").asLong()).isEqualTo(2);
    }

    /** With random pauses and limits, while several publish. */
    @Test
    void whoOnlyPollsGetsEverythingOnceAndInOrder() {
        Place place = Place.of(poll("storm:1", "wait_ms=0"));
        List<CompletableFuture<Void>> publishers = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.runAsync(() -> publishMany("storm:1", STORM / 3)))
                .toList();
        Random random = new Random(11);
        List<Long> heard = new ArrayList<>();
        int polls = 0;
        while (heard.size() < STORM) {
            String limit = random.nextInt(3) == 0 ? "&limit=" + (1 + random.nextInt(50)) : "";
            JsonNode answer = poll("storm:1", place.query() + "&wait_ms=" + random.nextInt(2000) + limit);
            assertThat(answer.path("recovered").asBoolean()).isTrue();
            heard.addAll(offsets(answer));
            place = Place.of(answer);
            polls++;
            for (int i = random.nextInt(3); i > 0; i--) {
                // A pause as long as a call takes.
                poll("other:1", "wait_ms=0");
            }
        }
        publishers.forEach(CompletableFuture::join);
        assertThat(heard).isEqualTo(LongStream.rangeClosed(1, STORM).boxed().toList());
        assertThat(polls).isGreaterThan(5);
    }

    @Test
    void whoseAnswersAreCutOffGoesOnWhereTheyEnd() {
        publishMany("cut:1", 30);
        List<Long> heard = new ArrayList<>();
        JsonNode answer = poll("cut:1", "limit=7&wait_ms=0");
        while (!offsets(answer).isEmpty()) {
            heard.addAll(offsets(answer));
            answer = poll("cut:1", Place.of(answer).query() + "&limit=7&wait_ms=0");
        }
        assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
    }

    @Test
    void whosePlaceIsGoneIsToldAtOnce() {
        Place place = Place.of(poll("short:1", "wait_ms=0"));
        publishMany("short:1", 10);
        JsonNode late = poll("short:1", place.query() + "&wait_ms=60000");
        assertThat(late.path("recovered").asBoolean(true)).isFalse();
        assertThat(late.path("complete").asBoolean(true)).isFalse();
        assertThat(late.path("offset").asLong()).isEqualTo(10);
        JsonNode foreign = poll("short:1", "since_offset=3&epoch=other&wait_ms=60000");
        assertThat(foreign.path("recovered").asBoolean(true)).isFalse();
        assertThat(offsets(foreign)).as("what is retained").containsExactly(8L, 9L, 10L);
        assertThat(poll("short:1", Place.of(foreign).query() + "&wait_ms=0")
                        .path("recovered")
                        .asBoolean())
                .isTrue();
    }

    /** As many as may wait, each is a connection; whoever gives up is none any more. */
    @Test
    void pollsThatWaitAreConnections() {
        String token = Tokens.token("crowd", "*:*");
        List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, 10)
                .mapToObj(i -> HTTP.sendAsync(
                        server.request("/api/v1/channels/crowd:1/events?wait_ms=60000", token)
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        awaitWaiting(10);
        HttpResponse<String> tooMany = server.send(server.request("/api/v1/channels/crowd:1/events?wait_ms=1", token)
                .build());
        assertThat(tooMany.statusCode()).isEqualTo(429);
        assertThat(tooMany.headers().firstValue("Retry-After")).isPresent();
        assertThat(WsClient.parse(tooMany.body()).path("code").asText()).isEqualTo("rate_limited");
        waiting.getFirst().cancel(true);
        awaitWaiting(9);
        publish("crowd:1", "1");
        waiting.stream()
                .skip(1)
                .forEach(each ->
                        assertThat(offsets(WsClient.parse(each.join().body()))).containsExactly(1L));
        awaitWaiting(0);
    }

    @Test
    void aTokenThatEndsEndsTheWaiting() {
        Map<String, Object> claims = Tokens.claims("brief", "*:*");
        claims.put("exp", System.currentTimeMillis() / 1000 + 3);
        HttpResponse<String> answer =
                server.send(server.request("/api/v1/channels/brief:1/events?wait_ms=60000", Tokens.sign(claims))
                        .timeout(Duration.ofSeconds(30))
                        .build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(offsets(WsClient.parse(answer.body()))).isEmpty();
    }

    @Test
    void headDoesNotWait() {
        HttpResponse<String> head = server.send(server.request("/api/v1/channels/head:1/events?wait_ms=60000", TOKEN)
                .method("HEAD", BodyPublishers.noBody())
                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void aDrainAnswersWhoWaitsAtOnceAndRefusesOthers() {
        try (TidingsServer leaving = TidingsServer.start(Map.of("tidings.drain", "10s"));
                WsClient holding = WsClient.connect(leaving, TOKEN)) {
            assertThat(holding.isClosed()).isFalse();
            CompletableFuture<HttpResponse<String>> waiting = HTTP.sendAsync(
                    leaving.request("/api/v1/channels/leave:1/events?wait_ms=60000", TOKEN)
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    BodyHandlers.ofString());
            Awaitility.await().until(() -> waiting(leaving) == 1);
            leaving.process().destroy();
            HttpResponse<String> answer = waiting.join();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(offsets(WsClient.parse(answer.body()))).isEmpty();
            assertThat(leaving.awaitExit()).isEqualTo(143);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wait_ms=                   | 400 | invalid_message
            wait_ms=soon               | 400 | invalid_message
            wait_ms=-1                 | 400 | invalid_message
            wait_ms=60001              | 400 | invalid_message
            wait_ms=1&wait_ms=1        | 400 | invalid_message
            wait_ms=1&reverse=true     | 400 | invalid_message
            wait_ms=1&since_offset=1   | 400 | invalid_message
            wait_ms=1&misspelt=1       | 400 | invalid_message
            wait_ms=1&limit=0          | 400 | invalid_message
            wait_ms=1&event=           | 400 | invalid_filter
            """)
    void badInputIsNamed(String query, int status, String code) {
        HttpResponse<String> answer = server.send(
                server.request("/api/v1/channels/bad:1/events?" + query, TOKEN).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(WsClient.parse(answer.body()).path("code").asText()).isEqualTo(code);
    }

    /** To be told as it happens is to be subscribed. */
    @Test
    void whoMayOnlyReadHistoryMayNotWait() {
        String token = Tokens.token("eve", "history:*");
        assertThat(server.send(server.request("/api/v1/channels/soon:1/events?wait_ms=1", token)
                                .build())
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.send(server.request("/api/v1/channels/soon:1/events", token)
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    private static JsonNode poll(String channel, String query) {
        return pollLater(channel, query).join();
    }

    private static CompletableFuture<JsonNode> pollLater(String channel, String query) {
        return HTTP.sendAsync(
                        server.request("/api/v1/channels/" + channel + "/events?" + query, TOKEN)
                                .timeout(Duration.ofSeconds(90))
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(answer -> {
                    if (answer.statusCode() != 200) {
                        throw new CompletionException(new AssertionError(answer.body()));
                    }
                    return WsClient.parse(answer.body());
                });
    }

    private static void awaitWaiting(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> waiting(server) == count);
    }

    private static double waiting(TidingsServer where) {
        return where.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_connections_open{transport=\"long_poll\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void publish(String channel, String payload) {
        assertThat(server.post(
                                "/api/v1/channels/" + channel + "/events",
                                TOKEN,
                                "{\"event\":\"x\",\"payload\":" + payload + "}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static void publishMany(String channel, int count) {
        String event = "{\"channel\":\"" + channel + "\",\"event\":\"x\"}";
        for (int i = 0; i < count; i += 10) {
            server.post("/api/v1/events", TOKEN, '[' + String.join(",", Collections.nCopies(10, event)) + ']');
        }
    }

    private static List<Long> offsets(JsonNode answer) {
        List<Long> offsets = new ArrayList<>();
        answer.path("events").forEach(each -> offsets.add(each.path("offset").asLong()));
        return offsets;
    }
}
