package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.SseClient;
import dev.tidings.testing.SseClient.Block;
import dev.tidings.testing.SseClient.Sse;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How streams end: too many, too slow, expired, drained, gone; and that what they missed is had afterwards. */
class SseEndIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");

    /** Enough to fill the buffers of both sockets and the queue many times over. */
    private static final int EVENTS = 4_500;

    private static final String PAYLOAD = '"' + "x".repeat(4_000) + '"';

    @Test
    void thereAreOnlySoManyAndWhoIsGoneIsNoneAnyMore() {
        try (TidingsServer server = TidingsServer.start(Map.of(
                "tidings.limits.connections-per-subject", "2",
                "tidings.limits.connections", "3"))) {
            try (SseClient one = SseClient.live(server, "many:1", TOKEN);
                    SseClient two = SseClient.live(server, "many:1", TOKEN);
                    SseClient tooMany = SseClient.ask(server, "many:1", TOKEN)) {
                assertThat(tooMany.head()).startsWith("http/1.1 429").contains("retry-after: ");
                try (SseClient other = SseClient.live(server, "many:1", Tokens.token("bob", "*:*"));
                        SseClient full = SseClient.ask(server, "many:1", Tokens.token("eve", "*:*"))) {
                    assertThat(full.head()).startsWith("http/1.1 503").contains("retry-after: ");
                    publish(server, "many:1", "1");
                    assertThat(List.of(
                                    one.next().offset(),
                                    two.next().offset(),
                                    other.next().offset()))
                            .containsOnly(1L);
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> open(server) == 0);
            SseClient.live(server, "many:1", TOKEN).close();
        }
    }

    @Test
    void whoDoesNotReadIsEndedAndHasEverythingWhenItIsBack() {
        try (TidingsServer server = TidingsServer.start(
                        Map.of("tidings.limits.queue-size", "256K", "tidings.channels.slow.history-size", "10000"));
                SseClient slow = SseClient.narrow(server, "slow:1", TOKEN);
                SseClient quick = SseClient.live(server, "slow:1", TOKEN)) {
            for (int i = 0; i < EVENTS; i += 50) {
                publishMany(server, "slow:1", 50);
                assertThat(offsets(quick.messages(50)))
                        .isEqualTo(LongStream.rangeClosed(i + 1, i + 50).boxed().toList());
            }
            Awaitility.await()
                    .until(() -> server.get("/q/metrics").body().contains("tidings_slow_consumers_total 1.0"));
            List<Long> heard = new ArrayList<>();
            Sse next;
            while ((next = slow.nextUnlessEnded()) != null) {
                heard.add(next.offset());
            }
            assertThat(heard).hasSizeLessThan(EVENTS);
            try (SseClient again = SseClient.open(server, "slow:1", TOKEN, "Last-Event-ID: " + slow.lastEventId())) {
                heard.addAll(offsets(again.messages(EVENTS - heard.size())));
            }
            assertThat(heard)
                    .isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        }
    }

    @Test
    void whoMayFallBehindIsToldOfGaps() {
        try (TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.limits.queue-size", "256K",
                        "tidings.channels.gaps.slow-consumer", "gap",
                        "tidings.channels.gaps.history-size", "100"));
                SseClient slow = SseClient.narrow(server, "gaps:1", TOKEN)) {
            publishMany(server, "gaps:1", EVENTS);
            List<Long> accounted = new ArrayList<>();
            int gaps = 0;
            while (accounted.size() < EVENTS) {
                Sse next = slow.next();
                if (next.event().equals("gap")) {
                    gaps++;
                    long to = next.data().path("to").asLong();
                    assertThat(next.id()).endsWith(":" + to);
                    LongStream.rangeClosed(next.data().path("from").asLong(), to)
                            .forEach(accounted::add);
                } else {
                    accounted.add(next.offset());
                }
            }
            assertThat(gaps).isPositive();
            assertThat(accounted)
                    .as("events and gaps, in order")
                    .isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        }
    }

    /** It can still be written to, as far as anybody knows: only that nothing is taken gives it away. */
    @Test
    void whoTakesNothingAtAllIsNotKeptForEver() {
        try (TidingsServer server = TidingsServer.start(Map.of(
                        "tidings.heartbeat", "500ms",
                        "tidings.limits.queue-size", "256K",
                        "tidings.channels.stuck.slow-consumer", "gap"));
                SseClient stuck = SseClient.narrow(server, "stuck:1", TOKEN)) {
            assertThat(stuck.lastEventId()).isNotEmpty();
            publishMany(server, "stuck:1", EVENTS);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> open(server) == 0);
        }
    }

    @Test
    void aTokenThatEndsIsAnnouncedAndEndsTheStream() throws IOException {
        try (TidingsServer server = TidingsServer.start()) {
            Map<String, Object> claims = Tokens.claims("brief", "*:*");
            long expires = System.currentTimeMillis() / 1000 + 6;
            claims.put("exp", expires);
            SseClient client = SseClient.live(server, "brief:1", Tokens.sign(claims));
            Sse notice = client.next();
            assertThat(notice.event()).isEqualTo("token_expiring");
            assertThat(notice.data().path("expires_at").asLong()).isEqualTo(expires * 1000);
            publish(server, "brief:1", "1");
            assertThat(client.next().offset()).isEqualTo(1);
            Block last = client.block();
            assertThat(last.comments()).containsExactly("the token has expired");
            assertThat(client.block()).isNull();
            client.awaitClose();
            client.close();
        }
    }

    @Test
    void aDrainSendsStreamsElsewhereOneByOne() throws IOException {
        try (TidingsServer server =
                TidingsServer.start(Map.of("tidings.drain", "10s", "tidings.limits.connections-per-subject", "1000"))) {
            List<SseClient> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(SseClient.live(server, "leave:1", TOKEN));
            }
            server.process().destroy();
            Set<Long> times = new HashSet<>();
            for (SseClient client : clients) {
                Sse reconnect = client.next();
                assertThat(reconnect.event()).isEqualTo("reconnect");
                assertThat(reconnect.data().path("resume").asBoolean()).isTrue();
                assertThat(reconnect.data().path("after_ms").asLong()).isBetween(0L, 1000L);
                times.add(reconnect.data().path("after_ms").asLong());
            }
            assertThat(times).as("different times").hasSizeGreaterThan(50);
            HttpResponse<String> refused =
                    server.send(server.request("/api/v1/channels/leave:1/events?wait_ms=1000", TOKEN)
                            .build());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            for (SseClient client : clients) {
                assertThat(client.nextUnlessEnded()).isNull();
                client.awaitClose();
                client.close();
            }
            assertThat(server.awaitExit()).isEqualTo(143);
        }
    }

    @Test
    void nothingIsLostOnTheWayToAnotherInstanceAndALostLogIsTold() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        try (RedisServer redis = RedisServer.startDurable()) {
            Map<String, String> settings =
                    Map.of("tidings.log.backend", "redis", "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
            try (TidingsServer one = TidingsServer.start(settings);
                    TidingsServer two = TidingsServer.start(settings)) {
                String last;
                try (SseClient here = SseClient.live(one, "move:1", TOKEN)) {
                    publish(two, "move:1", "1");
                    assertThat(here.next().offset()).isEqualTo(1);
                    last = here.lastEventId();
                }
                publish(one, "move:1", "2");
                try (SseClient there = SseClient.open(two, "move:1", TOKEN, "Last-Event-ID: " + last)) {
                    publish(one, "move:1", "3");
                    assertThat(offsets(there.messages(2))).containsExactly(2L, 3L);
                    redis.kill();
                    HttpResponse<String> unavailable =
                            one.send(one.request("/api/v1/channels/move:1/events?wait_ms=1000", TOKEN)
                                    .build());
                    assertThat(unavailable.statusCode()).isEqualTo(503);
                    redis.forget();
                    redis.restart();
                    Sse reset = there.next();
                    assertThat(reset.event()).isEqualTo("reset");
                    assertThat(reset.data().path("recovered").asBoolean(true)).isFalse();
                    assertThat(last).doesNotStartWith(reset.data().path("epoch").asText());
                    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> one.isReady() && two.isReady());
                    publish(one, "move:1", "1");
                    Sse anew = there.next();
                    assertThat(anew.offset()).isEqualTo(1);
                    assertThat(anew.id()).isEqualTo(reset.data().path("epoch").asText() + ":1");
                }
            }
        }
    }

    private static void publish(TidingsServer server, String channel, String payload) {
        HttpResponse<String> answer = server.post(
                "/api/v1/channels/" + channel + "/events", TOKEN, "{\"event\":\"x\",\"payload\":" + payload + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static void publishMany(TidingsServer server, String channel, int count) {
        String event = "{\"channel\":\"" + channel + "\",\"event\":\"x\",\"payload\":" + PAYLOAD + "}";
        for (int i = 0; i < count; i += 50) {
            JsonNode answer = WsClient.parse(server.post(
                            "/api/v1/events", TOKEN, '[' + String.join(",", Collections.nCopies(50, event)) + ']')
                    .body());
            assertThat(answer.path("results")).hasSize(50);
        }
    }

    private static double open(TidingsServer server) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_connections_open{transport=\"sse\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> offsets(List<Sse> events) {
        return events.stream().map(Sse::offset).toList();
    }
}
