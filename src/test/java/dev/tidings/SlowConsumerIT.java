package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that stop reading, where their namespace lets them fall behind. */
class SlowConsumerIT {
    /** Enough to fill the buffers of both sockets and the queue many times over. */
    private static final int EVENTS = 4_500;

    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String PAYLOAD = '"' + "x".repeat(4_000) + '"';
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.queue-size", "256K",
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.channels.long.slow-consumer", "gap",
                "tidings.channels.long.history-size", "10000",
                "tidings.channels.wide.slow-consumer", "gap",
                "tidings.channels.wide.history-size", "10",
                "tidings.channels.short.slow-consumer", "gap",
                "tidings.channels.gauge.history-size", "10000",
                "tidings.channels.short.history-size", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long:a", "long:*", "long:a*"})
    void whoReadsOnGetsEverythingThatHistoryHas(String target) {
        try (WsClient slow = WsClient.connect(server);
                WsClient quick = WsClient.connect(server)) {
            slow.subscribe(target);
            quick.subscribe("long:a");
            double before = falls();
            slow.pause();
            List<Long> offsets = publish("long:a");
            assertThat(quick.events(EVENTS))
                    .as("somebody else is not held up")
                    .extracting(each -> each.path("offset").asLong())
                    .containsExactlyElementsOf(offsets);
            assertThat(falls()).as("it did fall behind").isGreaterThan(before);
            slow.resume();
            assertThat(slow.events(EVENTS))
                    .extracting(each -> each.path("offset").asLong())
                    .containsExactlyElementsOf(offsets);
            quick.publish("long:a", "after", "1");
            assertThat(slow.expect("message").path("event").asText()).isEqualTo("after");
        }
    }

    /** Served at two places, events of a channel could not be kept in order. */
    @Test
    void whoseSubscriptionsOverlapIsClosedAndMayResume() {
        try (WsClient slow = WsClient.connect(server)) {
            slow.subscribe("long:both");
            slow.subscribe("long:*");
            slow.pause();
            List<Long> offsets = publish("long:both");
            slow.resume();
            assertThat(slow.awaitClose().code()).isEqualTo(4408);
            List<Long> heard = slow.heard().stream()
                    .filter(each -> each.path("channel").asText().equals("long:both")
                            && each.path("type").asText().equals("message"))
                    .map(each -> each.path("offset").asLong())
                    .toList();
            assertThat(heard).isEqualTo(offsets.subList(0, heard.size()));
        }
    }

    @Test
    void whatHistoryNoLongerHasIsAnnouncedAsAGap() {
        try (WsClient slow = WsClient.connect(server)) {
            slow.subscribe("short:a");
            slow.pause();
            List<Long> offsets = publish("short:a");
            slow.resume();
            List<Long> accounted = new ArrayList<>();
            int gaps = 0;
            for (JsonNode each : awaitOffset(slow, offsets.getLast())) {
                if (each.path("type").asText().equals("gap")) {
                    gaps++;
                    LongStream.rangeClosed(
                                    each.at("/payload/from").asLong(),
                                    each.at("/payload/to").asLong())
                            .forEach(accounted::add);
                } else {
                    accounted.add(each.path("offset").asLong());
                }
            }
            assertThat(gaps).isPositive();
            assertThat(accounted).as("events and gaps, in order").isEqualTo(offsets);
        }
    }

    /** What Netty keeps the waiting bytes in counts, not how many they are. */
    @Test
    void whoStopsReadingCostsItsQueueAndNoMore() {
        int readers = 40;
        double before = metric("jvm_buffer_memory_used_bytes{id=\"direct\"}");
        List<RawClient> stopped = new ArrayList<>();
        try {
            for (int i = 0; i < readers; i++) {
                RawClient client = new RawClient(server, Tokens.token("stopped" + i, "*:*"));
                stopped.add(client);
                client.sendText("{\"type\":\"subscribe\",\"id\":\"s\",\"channel\":\"wide:" + i + "\"}");
                while (!client.next().text().contains("\"subscribed\"")) {
                    // welcome and authenticated
                    assertThat(client.response()).contains("101");
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                publishWide(readers);
                return metric("tidings_connections_behind") >= readers;
            });
            publishWide(readers);
            double limit = readers * 256.0 * 1024;
            double queued = metric("tidings_queued_bytes");
            assertThat(queued).isBetween(0.5 * limit, limit);
            assertThat(metric("jvm_buffer_memory_used_bytes{id=\"direct\"}") - before)
                    .as("with the chunk that each of two loops has begun")
                    .isLessThan(1.1 * queued + 2 * 1024 * 1024);
        } finally {
            stopped.forEach(RawClient::close);
        }
    }

    /** The channel's namespace disconnects who is slow; to conflate is the connection's own wish. */
    @ParameterizedTest
    @ValueSource(strings = {"gauge:a", "gauge:b*"})
    void whoConflatesGetsWhatChangedAsOne(String target) {
        String channel = target.replace("*", "");
        try (WsClient slow = WsClient.connect(server)) {
            slow.subscribe(target, "{\"conflate\":true}");
            slow.pause();
            for (int i = 0; i < EVENTS / 100; i++) {
                server.post("/api/v1/events", TOKEN, writes(channel, 100 * i));
            }
            slow.resume();
            ObjectNode state = WsClient.JSON.createObjectNode();
            List<JsonNode> heard = awaitOffset(slow, EVENTS);
            long stoodFor = 0;
            for (JsonNode each : heard) {
                assertThat(each.path("type").asText()).isEqualTo("message");
                stoodFor += 1 + each.path("conflated").asLong();
                merge(state, each.at("/payload/patch"));
            }
            assertThat(state)
                    .isEqualTo(
                            WsClient.parse(server.send(server.request("/api/v1/channels/" + channel + "/state", TOKEN)
                                            .build())
                                    .body()));
            assertThat(stoodFor).isEqualTo(EVENTS);
            assertThat(heard).hasSizeLessThan(EVENTS);
        }
    }

    /** Members come, change and go. */
    private static String writes(String channel, int from) {
        List<String> writes = new ArrayList<>();
        for (int i = from; i < from + 100; i++) {
            String text = i % 2 == 0 ? "null" : PAYLOAD;
            writes.add("{\"channel\":\"" + channel + "\",\"event\":\"state.changed\",\"payload\":{\"patch\":{\"m"
                    + i % 7 + "\":" + i + ",\"text\":" + text + "}}}");
        }
        return writes.toString();
    }

    private static void merge(ObjectNode state, JsonNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                state.remove(member.getKey());
            } else {
                state.set(member.getKey(), member.getValue());
            }
        });
    }

    private static List<Long> publish(String channel) {
        String event = "{\"channel\":\"" + channel + "\",\"event\":\"x\",\"payload\":" + PAYLOAD + "}";
        String hundred = '[' + String.join(",", Collections.nCopies(100, event)) + ']';
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < EVENTS / 100; i++) {
            String answer = server.post("/api/v1/events", TOKEN, hundred).body();
            WsClient.parse(answer)
                    .path("results")
                    .forEach(each -> offsets.add(each.path("offset").asLong()));
        }
        return offsets;
    }

    private static void publishWide(int readers) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 20 * readers; i++) {
            events.add("{\"channel\":\"wide:" + i % readers + "\",\"event\":\"x\",\"payload\":\"" + "x".repeat(10_000)
                    + "\"}");
        }
        assertThat(server.post("/api/v1/events", TOKEN, events.toString()).statusCode())
                .isEqualTo(200);
    }

    private static List<JsonNode> awaitOffset(WsClient client, long last) {
        List<JsonNode> heard = new ArrayList<>();
        do {
            heard.add(client.next());
        } while (heard.getLast().path("offset").asLong() < last);
        return heard;
    }

    private static double falls() {
        return metric("tidings_falls_behind_total");
    }

    private static double metric(String name) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + ' ') || line.startsWith(name + '{'))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
