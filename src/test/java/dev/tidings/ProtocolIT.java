package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said and answered: publish, history, state, ping, errors. */
class ProtocolIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void publishingAnswersWithThePlace() {
        try (WsClient client = WsClient.connect(server)) {
            long before = System.currentTimeMillis();
            JsonNode payload = client.publish("pub:1", "a.b", "{}").path("payload");
            assertThat(payload.path("offset").asInt()).isEqualTo(1);
            assertThat(payload.path("epoch").asText()).isNotEmpty();
            assertThat(payload.path("event_id").asText()).hasSize(36);
            assertThat(payload.path("timestamp").asLong()).isBetween(before, System.currentTimeMillis());
        }
    }

    @Test
    void thePayloadComesAsItWasSent() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("pub:exact");
            for (String payload : List.of(
                    "null",
                    "true",
                    "1.10",
                    "1e400",
                    "12345678901234567890123",
                    "\"\\ud83d\\ude00 \\u0000 <b>\"",
                    "[[],{}]",
                    "{\"a\":{\"b\":[1,2,{\"c\":\"ü\"}]}}")) {
                client.send(
                        "{\"type\":\"publish\",\"channel\":\"pub:exact\",\"event\":\"x\",\"payload\":" + payload + "}");
                JsonNode message = client.next();
                JsonNode event = message.path("type").asText().equals("message") ? message : client.expect("message");
                assertThat(event.path("payload")).isEqualTo(WsClient.parse(payload));
                assertThat(client.heardSoFar())
                        .as("no reply without an id")
                        .allMatch(each -> each.path("id").isMissingNode());
            }
        }
    }

    @Test
    void theSameEventIdGetsTheFirstAnswer() {
        try (WsClient client = WsClient.connect(server)) {
            String message = "{\"type\":\"publish\",\"id\":\"%s\",\"channel\":\"pub:idem\",\"event\":\"%s\","
                    + "\"event_id\":\"mine\",\"payload\":%s}";
            JsonNode first = client.ask(message.formatted("1", "x", "1")).path("payload");
            JsonNode second = client.ask(message.formatted("2", "y", "2")).path("payload");
            assertThat(second).isEqualTo(first);
            assertThat(first.path("event_id").asText()).isEqualTo("mine");
            assertThat(client.publish("pub:other", "x", "{}")
                            .at("/payload/offset")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void anEventCarriesItsCause() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("pub:cause");
            client.ask(
                    "{\"type\":\"publish\",\"id\":\"1\",\"channel\":\"pub:cause\",\"event\":\"x\",\"cause\":\"c\\\"1\"}");
            assertThat(client.expect("message").path("cause").asText()).isEqualTo("c\"1");
        }
    }

    @Test
    void historyReadsBackAndForth() {
        try (WsClient client = WsClient.connect(server)) {
            IntStream.rangeClosed(1, 10)
                    .forEach(i -> client.publish("hist:1", i % 2 == 0 ? "even.x" : "odd.x", Integer.toString(i)));
            JsonNode all = history(client, "{}");
            assertThat(payloads(all)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(all.path("complete").asBoolean()).isTrue();
            assertThat(all.path("offset").asInt()).isEqualTo(10);
            String epoch = all.path("epoch").asText();

            JsonNode newest = history(client, "{\"limit\":3,\"reverse\":true}");
            assertThat(payloads(newest)).containsExactly(10, 9, 8);
            assertThat(newest.path("complete").asBoolean()).isFalse();

            String place = "{\"epoch\":\"" + epoch + "\",\"offset\":%d}";
            assertThat(payloads(history(client, "{\"since\":" + place.formatted(7) + "}")))
                    .containsExactly(8, 9, 10);
            assertThat(payloads(history(client, "{\"before\":" + place.formatted(4) + "}")))
                    .containsExactly(1, 2, 3);
            assertThat(payloads(
                            history(client, "{\"before\":" + place.formatted(8) + ",\"limit\":2,\"reverse\":true}")))
                    .containsExactly(7, 6);
            assertThat(payloads(history(client, "{\"events\":[\"even.*\"]}"))).containsExactly(2, 4, 6, 8, 10);
            assertThat(payloads(history(client, "{\"since\":{\"last\":2}}"))).containsExactly(9, 10);
            assertThat(payloads(history(client, "{\"since\":{\"timestamp\":0},\"limit\":1}")))
                    .containsExactly(1);
            assertThat(payloads(history(client, "{\"before\":{\"timestamp\":0}}")))
                    .isEmpty();
            JsonNode elsewhere = history(client, "{\"since\":{\"epoch\":\"other\",\"offset\":9}}");
            assertThat(elsewhere.path("complete").asBoolean(true)).isFalse();
        }
    }

    private static JsonNode history(WsClient client, String payload) {
        JsonNode reply =
                client.ask("{\"type\":\"history\",\"id\":\"h\",\"channel\":\"hist:1\",\"payload\":" + payload + "}");
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("history");
        return reply.path("payload");
    }

    private static List<Integer> payloads(JsonNode history) {
        return IntStream.range(0, history.path("events").size())
                .mapToObj(i -> history.path("events").get(i).path("payload").asInt())
                .toList();
    }

    @Test
    void stateIsKeptAndChangesSayWhatChanged() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("state:1");
            client.publish("state:1", "state.changed", "{\"patch\":{\"a\":1,\"b\":{\"c\":2}}}");
            JsonNode changed = client.expect("message");
            assertThat(changed.at("/payload/previous")).isEqualTo(WsClient.parse("{\"a\":null,\"b\":null}"));
            client.publish("state:1", "state.changed", "{\"patch\":{\"a\":null,\"b\":{\"c\":3}}}");
            changed = client.expect("message");
            assertThat(changed.at("/payload/previous")).isEqualTo(WsClient.parse("{\"a\":1,\"b\":{\"c\":2}}"));
            JsonNode state = client.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"state:1\"}")
                    .at("/payload/states/0");
            assertThat(state.path("data")).isEqualTo(WsClient.parse("{\"b\":{\"c\":3}}"));
            assertThat(state.path("channel").asText()).isEqualTo("state:1");
            assertThat(state.path("offset").asInt()).isEqualTo(2);
            client.publish("state:1", "state.changed", "{\"patch\":{\"b\":{\"c\":3}}}");
            client.publish("state:1", "state.deleted", "null");
            assertThat(client.expect("message").path("event").asText()).isEqualTo("state.deleted");
            assertThat(client.ask("{\"type\":\"state\",\"id\":\"2\",\"channel\":\"state:*\"}")
                            .at("/payload/states"))
                    .isEmpty();
        }
    }

    @Test
    void pingIsAnswered() {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode pong = client.ask("{\"type\":\"ping\",\"id\":\"7\"}");
            assertThat(pong.path("type").asText()).isEqualTo("pong");
            assertThat(pong.path("timestamp").asLong()).isPositive();
        }
    }

    @Test
    void unsubscribingFromWhatWasNeverSubscribedIsAnswered() {
        try (WsClient client = WsClient.connect(server)) {
            assertThat(client.ask("{\"type\":\"unsubscribe\",\"id\":\"1\",\"channel\":\"never:1\"}")
                            .path("type")
                            .asText())
                    .isEqualTo("unsubscribed");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"nope"}                                                         | unknown_type
            {"type":"subscribe"}                                                    | invalid_channel
            {"type":"subscribe","channel":"Bad Channel"}                            | invalid_channel
            {"type":"subscribe","channel":"*"}                                      | invalid_channel
            {"type":"subscribe","channel":7}                                        | invalid_message
            {"type":"subscribe","channel":"a:1","payload":[]}                       | invalid_message
            {"type":"publish","channel":"a:1"}                                      | invalid_message
            {"type":"publish","channel":"a:*","event":"x"}                          | invalid_channel
            {"type":"publish","channel":"a:1","event":"Not Lower"}                  | invalid_message
            {"type":"publish","channel":"a:1","event":""}                           | invalid_message
            {"type":"publish","channel":"a:1","event":"x","event_id":""}            | invalid_message
            {"type":"publish","channel":"a:1","event":"x","event_id":5}             | invalid_message
            {"type":"publish","channel":"a:1","event":"x","payload":{"x":1e99999999999}} | invalid_message
            {"payload":{"x":[1e99999]},"type":"publish","channel":"a:1","event":"x"} | invalid_message
            {"type":"publish","channel":"a:1","event":"state.changed","payload":{"patch":{"x":1e99999}}} | invalid_message
            {"type":"publish","channel":"a:1","event":"x","payload":"\\ud800"}      | invalid_message
            {"type":"publish","channel":"a:1","event":"state.changed","payload":{"patch":5}} | invalid_message
            {"type":"publish","channel":7,"event":"x"}                              | invalid_message
            {"type":"history","channel":"a:1","payload":{"limit":0}}                | invalid_message
            {"type":"history","channel":"a:1","payload":{"limit":"ten"}}            | invalid_message
            {"type":"history","channel":"a:1","payload":{"limit":100000}}           | invalid_message
            {"type":"history","channel":"a:1","payload":{"since":{"cursor":"a.1"}}} | invalid_message
            {"type":"history","channel":"a:1","payload":{"before":{"offset":1}}}    | invalid_message
            {"type":"history","channel":"a:1","payload":{"events":[1]}}             | invalid_filter
            {"type":"history","channel":"a:*"}                                      | invalid_channel
            {"type":"state","channel":""}                                           | invalid_channel
            {"type":"authenticate"}                                                 | invalid_message
            {"type":"authenticate","payload":{"token":1}}                           | invalid_message
            """)
    void whatBreaksTheContractIsNamed(String message, String code) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.ask("{\"id\":\"1\"," + message.substring(1));
            assertThat(reply.path("type").asText()).isEqualTo("error");
            assertThat(reply.at("/payload/code").asText()).as(reply.toString()).isEqualTo(code);
            assertThat(reply.at("/payload/message").asText()).isNotEmpty();
            assertThat(reply.at("/payload/retryable").asBoolean(true)).isFalse();
            assertThat(client.heardSoFar()).isEmpty();
        }
    }

    @Test
    void theIdMayComeAfterWhatIsWrong() {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode reply = client.ask("{\"type\":\"subscribe\",\"channel\":5,\"id\":\"7\"}");
            assertThat(reply.at("/payload/code").asText()).isEqualTo("invalid_message");
        }
    }

    @Test
    void aPatchIsOneHoweverItsNameIsWritten() {
        try (WsClient client = WsClient.connect(server)) {
            client.publish("escaped:1", "state.changed", "{\"patch\":{\"a\":1}}");
            String escaped = WsClient.publishMessage("1", "escaped:1", "state.changed", "{\"PATCH\":{\"a\":2}}");
            client.ask(escaped.replace("PATCH", "\\u0070atch"));
            JsonNode state = client.ask("{\"type\":\"state\",\"id\":\"2\",\"channel\":\"escaped:1\"}");
            assertThat(state.at("/payload/states/0/data/a").asInt()).isEqualTo(2);
        }
    }

    @Test
    void aStateWriteWithTheSameEventIdGetsTheFirstAnswer() {
        String write = "{\"type\":\"publish\",\"id\":\"%s\",\"channel\":\"idem:state\",\"event\":\"state.changed\","
                + "\"event_id\":\"w1\",\"payload\":{\"patch\":{\"a\":1}}}";
        try (WsClient client = WsClient.connect(server)) {
            JsonNode first = client.ask(write.formatted("1")).path("payload");
            client.publish("idem:state", "other", "1");
            assertThat(client.ask(write.formatted("2")).path("payload")).isEqualTo(first);
            client.publish("idem:state", "state.changed", "{\"patch\":{\"a\":2}}");
            assertThat(client.ask(write.formatted("3")).path("payload")).isEqualTo(first);
        }
    }

    /** Whoever did not hear the answer to a write and repeats it must not undo what others wrote meanwhile. */
    @Test
    void aRepeatedWriteThatChangedNothingAtFirstChangesNothingLater() {
        String write = "{\"type\":\"publish\",\"id\":\"1\",\"channel\":\"idem:same\",\"event\":\"state.changed\","
                + "\"event_id\":\"w1\",\"payload\":{\"patch\":{\"a\":1}}}";
        try (WsClient client = WsClient.connect(server)) {
            client.publish("idem:same", "state.changed", "{\"patch\":{\"a\":1}}");
            JsonNode first = client.ask(write).path("payload");
            assertThat(first.path("offset").asInt()).isEqualTo(1);
            client.publish("idem:same", "state.changed", "{\"patch\":{\"a\":2}}");
            assertThat(client.ask(write).path("payload")).isEqualTo(first);
            JsonNode state = client.ask("{\"type\":\"state\",\"id\":\"2\",\"channel\":\"idem:same\"}");
            assertThat(state.at("/payload/states/0/data/a").asInt()).isEqualTo(2);
        }
    }

    /** Where a filter looks into what is there, it must not stumble. */
    @Test
    void theDeepestStateReachesFilters() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe(
                    "deep:1",
                    "{\"filter\":{\"where\":{\"field\":\"/payload/patch/a\",\"op\":\"exists\",\"value\":true}}}");
            for (int depth : new int[] {98, 99}) {
                client.publish(
                        "deep:1",
                        "state.changed",
                        "{\"patch\":" + "{\"a\":".repeat(depth) + depth + "}".repeat(depth) + "}");
                assertThat(client.expect("message").path("event").asText()).isEqualTo("state.changed");
            }
        }
    }

    @Test
    void unknownMembersAreIgnored() {
        try (WsClient client = WsClient.connect(server)) {
            assertThat(client.ask("{\"zzz\":[{}],\"type\":\"ping\",\"id\":\"1\",\"timestamp\":1,\"payload\":{\"x\":1}}")
                            .path("type")
                            .asText())
                    .isEqualTo("pong");
        }
    }

    @Test
    void deepJsonAndBinaryFramesAreRefused() {
        try (WsClient client = WsClient.connect(server)) {
            client.send("{\"type\":\"publish\",\"channel\":\"a:1\",\"event\":\"x\",\"payload\":" + "[".repeat(5000)
                    + "]".repeat(5000) + "}");
            client.expectError("invalid_message");
            client.socket()
                    .sendBinary(ByteBuffer.wrap(new byte[] {1, 2, 3}), true)
                    .join();
            client.expectError("invalid_message");
            assertThat(client.heardSoFar()).isEmpty();
        }
    }
}
