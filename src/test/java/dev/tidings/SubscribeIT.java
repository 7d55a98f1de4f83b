package dev.tidings;

import static dev.tidings.testing.WsClient.publishMessage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a subscriber gets: live, replayed, filtered, by pattern. */
class SubscribeIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "100",
                "tidings.channels.short.history-size", "5"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eventsReachEverySubscriberInOffsetOrder() {
        try (WsClient one = WsClient.connect(server);
                WsClient two = WsClient.connect(server)) {
            one.subscribe("live:1");
            two.subscribe("live:1");
            IntStream.rangeClosed(1, 100)
                    .forEach(i -> one.send(publishMessage("p" + i, "live:1", "counted", Integer.toString(i))));
            assertThat(two.events(100))
                    .extracting(each -> each.path("offset").asLong())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 100).boxed().toList());
        }
    }

    @Test
    void aChannelNeverUsedHasTheEpochOfItsFirstEvent() {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode subscribed = client.subscribe("live:fresh").path("payload");
            assertThat(subscribed.path("offset").asLong(-1)).isZero();
            assertThat(subscribed.path("recovered").asBoolean()).isFalse();
            JsonNode published = client.publish("live:fresh", "first", "null").path("payload");
            assertThat(published.path("offset").asLong()).isEqualTo(1);
            assertThat(published.path("epoch")).isEqualTo(subscribed.path("epoch"));
        }
    }

    @Test
    void resumesAfterAnOffset() {
        try (WsClient client = WsClient.connect(server)) {
            String epoch = publish(client, "live:resume", 10);
            JsonNode payload = client.subscribe("live:resume", since(epoch, 7)).path("payload");
            assertThat(payload.path("recovered").asBoolean()).isTrue();
            assertThat(payload.path("replayed").asInt()).isEqualTo(3);
            assertThat(payload.path("offset").asLong()).isEqualTo(10);
            assertThat(offsets(client.events(3))).containsExactly(8L, 9L, 10L);
        }
    }

    @Test
    void saysSoWhenItCannotResume() {
        try (WsClient client = WsClient.connect(server)) {
            String epoch = publish(client, "short:old", 20);
            assertNotRecovered(client.subscribe("short:old", since(epoch, 3)), 20);
            assertNotRecovered(client.subscribe("short:old", since(epoch, 21)), 20);
            assertNotRecovered(client.subscribe("short:old", since("another", 20)), 20);
            assertThat(client.heardSoFar()).isEmpty();
            JsonNode barely = client.subscribe("short:old", since(epoch, 15)).path("payload");
            assertThat(barely.path("recovered").asBoolean()).isTrue();
            assertThat(offsets(client.events(5))).containsExactly(16L, 17L, 18L, 19L, 20L);
        }
    }

    private static void assertNotRecovered(JsonNode reply, long newest) {
        JsonNode payload = reply.path("payload");
        assertThat(payload.path("recovered").asBoolean(true)).isFalse();
        assertThat(payload.path("replayed").asInt(-1)).isZero();
        assertThat(payload.path("offset").asLong()).isEqualTo(newest);
    }

    @Test
    void aStateComesWithTheReplyWhenNothingWasRecovered() {
        try (WsClient client = WsClient.connect(server)) {
            client.publish("live:state", "state.changed", "{\"patch\":{\"a\":1}}");
            JsonNode state = client.subscribe("live:state").at("/payload/state");
            assertThat(state.at("/data/a").asInt()).isEqualTo(1);
            assertThat(state.path("offset").asLong()).isEqualTo(1);
            assertThat(client.subscribe("live:state", "{\"state\":false}")
                            .at("/payload/state")
                            .isMissingNode())
                    .isTrue();
            JsonNode recovered = client.subscribe("live:state", "{\"since\":{\"last\":1},\"state\":true}");
            assertThat(recovered.at("/payload/recovered").asBoolean()).isTrue();
            assertThat(recovered.at("/payload/state/data/a").asInt()).isEqualTo(1);
        }
    }

    @Test
    void replaysByTimeAndByCount() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "live:time", 5);
            JsonNode last =
                    client.subscribe("live:time", "{\"since\":{\"last\":2}}").path("payload");
            assertThat(last.path("recovered").asBoolean()).isTrue();
            assertThat(offsets(client.events(2))).containsExactly(4L, 5L);
            client.ask("{\"type\":\"unsubscribe\",\"id\":\"u\",\"channel\":\"live:time\"}");
            JsonNode time = client.subscribe("live:time", "{\"since\":{\"timestamp\":0}}")
                    .path("payload");
            assertThat(time.path("recovered").asBoolean()).isTrue();
            assertThat(offsets(client.events(5))).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void anEmptySinceMeansLiveOnly() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "live:empty", 3);
            assertThat(client.subscribe("live:empty", "{\"since\":{}}")
                            .at("/payload/replayed")
                            .asInt())
                    .isZero();
            assertThat(client.heardSoFar()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"field":"/payload/n","op":"eq","value":2}         | 2
            {"field":"/payload/n","op":"eq","value":2.0}       | 2
            {"field":"/payload/n","op":"ne","value":2}         | 1 3
            {"field":"/payload/n","op":"lt","value":2}         | 1
            {"field":"/payload/n","op":"le","value":2}         | 1 2
            {"field":"/payload/n","op":"gt","value":2}         | 3
            {"field":"/payload/n","op":"ge","value":2}         | 2 3
            {"field":"/payload/n","op":"in","value":[1,3]}     | 1 3
            {"field":"/payload/n","op":"nin","value":[1,3]}    | 2
            {"field":"/payload/only2","op":"exists","value":true}  | 2
            {"field":"/payload/only2","op":"exists","value":false} | 1 3 4
            {"field":"/payload/s","op":"prefix","value":"b"}   | 2
            {"field":"/payload/s","op":"suffix","value":"c"}   | 3
            {"field":"/payload/s","op":"contains","value":"a"} | 1
            {"field":"/payload/list","op":"contains","value":3} | 3
            {"field":"/payload/s","op":"gt","value":"a"}       | 2 3
            {"field":"/payload/s","op":"lt","value":5}         |
            {"not":{"field":"/payload/n","op":"eq","value":2}} | 1 3 4
            {"all":[{"field":"/payload/n","op":"gt","value":1},{"field":"/payload/n","op":"lt","value":3}]} | 2
            {"any":[{"field":"/payload/n","op":"lt","value":2},{"field":"/payload/n","op":"gt","value":2}]} | 1 3
            {"field":"/event","op":"eq","value":"kind.x"}      | 4
            {"field":"/offset","op":"ge","value":3}            | 3 4
            """)
    void filtersByEveryOperator(String where, String expected) {
        String channel = "filter:" + Integer.toHexString(where.hashCode());
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe(channel, "{\"filter\":{\"where\":" + where + "}}");
            client.publish(channel, "kind.a", "{\"n\":1,\"s\":\"a\",\"list\":[1]}");
            client.publish(channel, "kind.b", "{\"n\":2,\"s\":\"bb\",\"only2\":null,\"list\":[1,2]}");
            client.publish(channel, "kind.c", "{\"n\":3,\"s\":\"ccc\",\"list\":[3]}");
            client.publish(channel, "kind.x", "\"not an object\"");
            List<String> got = client.heardSoFar().stream()
                    .map(each -> each.path("offset").asText())
                    .toList();
            assertThat(String.join(" ", got)).isEqualTo(expected == null ? "" : expected);
        }
    }

    @Test
    void filtersByGlobsOfTypes() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("filter:globs", "{\"filter\":{\"events\":[\"agent.*\",\"*.done\"]}}");
            for (String type : List.of("agent.started", "agent.task.done", "project.done", "agents.started", "other")) {
                client.publish("filter:globs", type, "{}");
            }
            assertThat(client.heardSoFar())
                    .extracting(each -> each.path("event").asText())
                    .containsExactly("agent.started", "agent.task.done", "project.done");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"filter":{"where":{"field":"payload","op":"eq","value":1}}}          | invalid_filter
            {"filter":{"where":{"field":"/payload","op":"matches","value":"."}}}  | invalid_filter
            {"filter":{"where":{"field":"/payload","op":"in","value":1}}}         | invalid_filter
            {"filter":{"where":{"field":"/payload/~2","op":"eq","value":1}}}      | invalid_filter
            {"filter":{"where":{"field":"/payload","op":"eq"}}}                   | invalid_filter
            {"filter":{"where":{"any":[{"field":"/a","op":"exists"}],"not":{}}}}  | invalid_filter
            {"filter":{"where":{"all":[]}}}                                       | invalid_filter
            {"filter":{"events":"agent.*"}}                                       | invalid_filter
            {"filter":[]}                                                         | invalid_filter
            {"since":{"offset":1}}                                                | invalid_message
            {"since":{"epoch":"e","offset":-1}}                                   | invalid_message
            {"since":{"epoch":"e","offset":"1"}}                                  | invalid_message
            {"since":{"cursor":"nonsense"}}                                       | invalid_message
            {"since":{"last":-1}}                                                 | invalid_message
            {"since":{"timestamp":"yesterday"}}                                   | invalid_message
            {"since":7}                                                           | invalid_message
            {"since":{"unknown":1}}                                               | invalid_message
            {"state":"yes"}                                                       | invalid_message
            """)
    void refusesMalformedOptions(String payload, String code) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.ask(
                    "{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"bad:options\",\"payload\":" + payload + "}");
            assertThat(reply.at("/payload/code").asText()).isEqualTo(code);
            assertThat(reply.at("/payload/message").asText()).isNotEmpty();
            client.publish("bad:options", "unheard", "{}");
            assertThat(client.heardSoFar()).isEmpty();
        }
    }

    @Test
    void boundsFilters() {
        String leaf = "{\"field\":\"/payload/n\",\"op\":\"eq\",\"value\":1}";
        String many = "{\"any\":[" + String.join(",", java.util.Collections.nCopies(33, leaf)) + "]}";
        String deep = "{\"not\":".repeat(8) + leaf + "}".repeat(8);
        String fits = "{\"not\":".repeat(7) + leaf + "}".repeat(7);
        try (WsClient client = WsClient.connect(server)) {
            for (String where : List.of(many, deep)) {
                assertThat(client.ask("{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"bad:filter\",\"payload\":"
                                        + "{\"filter\":{\"where\":" + where + "}}}")
                                .at("/payload/code")
                                .asText())
                        .isEqualTo("invalid_filter");
            }
            client.subscribe("bad:filter", "{\"filter\":{\"where\":" + fits + "}}");
        }
    }

    @Test
    void patternsMatchWhatTheyName() {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.subscribe("pat:mo*").path("payload");
            assertThat(reply.path("cursor").asText()).isNotEmpty();
            assertThat(reply.has("offset")).isFalse();
            for (String channel : List.of("pat:mo", "pat:motor", "pat:m", "pat", "other:motor")) {
                client.publish(channel, "x", "{}");
            }
            assertThat(client.heardSoFar())
                    .extracting(each -> each.path("channel").asText())
                    .containsExactly("pat:mo", "pat:motor");
        }
    }

    @Test
    void aPatternResumesByCursor() {
        try (WsClient client = WsClient.connect(server);
                WsClient again = WsClient.connect(server)) {
            String cursor = client.subscribe("cur:*").at("/payload/cursor").asText();
            client.publish("cur:1", "x", "1");
            client.publish("cur:2", "x", "2");
            client.publish("cur:1", "x", "3");
            JsonNode reply = again.subscribe("cur:*", "{\"since\":{\"cursor\":\"" + cursor + "\"}}");
            assertThat(reply.at("/payload/recovered").asBoolean()).isTrue();
            assertThat(reply.at("/payload/replayed").asInt()).isEqualTo(3);
            assertThat(again.events(3))
                    .extracting(each -> each.path("payload").asInt())
                    .containsExactly(1, 2, 3);
        }
    }

    /** A batch that goes to and fro between channels, as concurrent publishers make them. */
    @Test
    void aPatternGetsEveryEventOfABatch() throws Exception {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            batch.append(i == 0 ? "[" : ",")
                    .append("{\"channel\":\"mixed:" + i % 3 + "\",\"event\":\"x\",\"payload\":" + i + "}");
        }
        try (WsClient pattern = WsClient.connect(server);
                WsClient both = WsClient.connect(server);
                WsClient exact = WsClient.connect(server)) {
            pattern.subscribe("mixed:*");
            both.subscribe("mixed:1");
            both.subscribe("mixed:*");
            exact.subscribe("mixed:1");
            server.post(
                    "/api/v1/events",
                    Tokens.token("ada", "*:*"),
                    batch.append("]").toString());
            List<Integer> all = IntStream.range(0, 300).boxed().toList();
            assertThat(payloads(pattern.events(300))).isEqualTo(all);
            assertThat(payloads(both.events(300))).containsExactlyInAnyOrderElementsOf(all);
            assertThat(payloads(exact.events(100)))
                    .isEqualTo(all.stream().filter(i -> i % 3 == 1).toList());
        }
    }

    private static List<Integer> payloads(List<JsonNode> events) {
        return events.stream().map(each -> each.path("payload").asInt()).toList();
    }

    @Test
    void anEventThatSeveralSubscriptionsMatchComesOnce() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("once:1", "{\"filter\":{\"events\":[\"a.*\"]}}");
            client.subscribe("once:*");
            client.subscribe("once:1*", "{\"filter\":{\"events\":[\"b.*\"]}}");
            for (int i = 0; i < 20; i++) {
                client.publish("once:1", i % 2 == 0 ? "a.x" : "b.x", "{}");
            }
            assertThat(offsets(client.heardSoFar()))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 20).boxed().toList());
            client.subscribe("once:1", "{\"since\":{\"last\":5}}");
            assertThat(client.heardSoFar())
                    .as("what the pattern brought already")
                    .isEmpty();
            client.ask("{\"type\":\"unsubscribe\",\"id\":\"u\",\"channel\":\"once:*\"}");
            client.publish("once:1", "c.x", "{}");
            assertThat(offsets(client.heardSoFar())).containsExactly(21L);
        }
    }

    @Test
    void replacingASubscriptionLosesNothing() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("replace:1");
            Thread publisher = Thread.ofVirtual().start(() -> publishUntil(stop, "replace:1"));
            long newest = 0;
            for (int i = 0; i < 200 || (newest <= 10 && i < 100_000); i++) {
                JsonNode subscribed =
                        client.subscribe("replace:1", i % 2 == 0 ? "{\"filter\":{\"events\":[\"n.*\"]}}" : "{}");
                newest = subscribed.at("/payload/offset").asLong();
            }
            stop.set(true);
            publisher.join();
            List<Long> offsets = offsets(client.heardSoFar());
            assertThat(offsets).hasSizeGreaterThan(10);
            assertThat(offsets)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, offsets.size()).boxed().toList());
        }
    }

    /** The heart of it: whoever joins at whatever moment sees every event after its place once, in order. */
    @Test
    void replayJoinsLiveWithoutLossOrDuplicate() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (WsClient probe = WsClient.connect(server)) {
            String epoch =
                    probe.publish("join:1", "n.x", "{}").at("/payload/epoch").asText();
            String cursor = probe.subscribe("join:*").at("/payload/cursor").asText();
            List<Thread> publishers = IntStream.range(0, 3)
                    .mapToObj(i -> Thread.ofVirtual().start(() -> publishUntil(stop, "join:1")))
                    .toList();
            Map<WsClient, Integer> joined = new HashMap<>();
            try {
                for (int i = 0; i < 40; i++) {
                    WsClient client = WsClient.connect(server);
                    String since = i % 2 == 0 ? since(epoch, 1) : "{\"since\":{\"cursor\":\"" + cursor + "\"}}";
                    JsonNode reply = client.subscribe(i % 2 == 0 ? "join:1" : "join:*", since);
                    assertThat(reply.at("/payload/recovered").asBoolean()).isTrue();
                    joined.put(client, i);
                }
            } finally {
                stop.set(true);
                for (Thread publisher : publishers) {
                    publisher.join();
                }
            }
            long newest = probe.publish("join:1", "n.last", "{}")
                    .at("/payload/offset")
                    .asLong();
            for (WsClient client : joined.keySet()) {
                assertThat(offsets(client.events((int) newest - 1)))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(2, newest).boxed().toList());
                assertThat(client.heardSoFar()).isEmpty();
                client.close();
            }
        }
    }

    private static void publishUntil(AtomicBoolean stop, String channel) {
        try (WsClient publisher = WsClient.connect(server, Tokens.token("publisher", "*:*"))) {
            // No more than the channel and the log keep, for the joiners have to find all of it.
            for (int i = 0; i < 300 && !stop.get(); i++) {
                publisher.publish(channel, "n.x", "{}");
            }
        }
    }

    private static String publish(WsClient client, String channel, int count) {
        String epoch = "";
        for (int i = 1; i <= count; i++) {
            epoch = client.publish(channel, "counted", Integer.toString(i))
                    .at("/payload/epoch")
                    .asText();
        }
        return epoch;
    }

    private static String since(String epoch, long offset) {
        return "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}}";
    }

    private static List<Long> offsets(List<JsonNode> events) {
        return events.stream().map(each -> each.path("offset").asLong()).toList();
    }
}
