package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durable subscriptions and what their clients acknowledge, rule by rule. */
class DurableIT {
    private static final String WORKER = "{\"durable\":\"worker\"}";
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "100",
                "tidings.limits.durable-per-subject", "40",
                "tidings.channels.short.history-size", "5"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aNewNameBeginsWithWhatComesNext() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "durable:new", 3);
            JsonNode payload = client.subscribe("durable:new", WORKER).path("payload");
            assertThat(payload.path("recovered").asBoolean(true)).isFalse();
            assertThat(payload.path("replayed").asInt(-1)).isZero();
            assertThat(payload.path("offset").asLong()).isEqualTo(3);
            publish(client, "durable:new", 1);
            assertThat(offsets(client.events(1))).containsExactly(4L);
        }
    }

    @Test
    void withoutAnAckItGoesOnWhereItWasFirstSubscribed() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "durable:first", 2);
            client.subscribe("durable:first", WORKER);
            publish(client, "durable:first", 3);
            assertThat(offsets(client.events(3))).containsExactly(3L, 4L, 5L);
        }
        assertResumed("durable:first", 3, 5);
        assertResumed("durable:first", 3, 5);
    }

    @Test
    void aNewNameMayBeginInThePast() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "durable:past", 6);
            JsonNode payload = client.subscribe("durable:past", "{\"durable\":\"worker\",\"since\":{\"last\":4}}")
                    .path("payload");
            assertThat(payload.path("recovered").asBoolean()).isTrue();
            assertThat(offsets(client.events(4))).containsExactly(3L, 4L, 5L, 6L);
        }
        assertResumed("durable:past", 3, 6);
    }

    @Test
    void whatWasAcknowledgedIsNotSentAgain() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:ack", WORKER);
            publish(client, "durable:ack", 6);
            client.events(6);
            ack(client, "durable:ack", 4);
            assertThat(client.heardSoFar()).as("no reply").isEmpty();
        }
        assertResumed("durable:ack", 5, 6);
    }

    @Test
    void anAckNeverGoesBack() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:back", WORKER);
            publish(client, "durable:back", 6);
            client.events(6);
            ack(client, "durable:back", 5);
            ack(client, "durable:back", 2);
            ack(client, "durable:back", 5);
            assertThat(client.heardSoFar()).isEmpty();
        }
        assertResumed("durable:back", 6, 6);
    }

    @Test
    void subscribingAgainOnTheSameConnectionSendsAgainWhatWasNotAcknowledged() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:same", WORKER);
            publish(client, "durable:same", 5);
            assertThat(offsets(client.events(5))).containsExactly(1L, 2L, 3L, 4L, 5L);
            ack(client, "durable:same", 2);
            JsonNode again = client.subscribe("durable:same", WORKER).path("payload");
            assertThat(again.path("recovered").asBoolean()).isTrue();
            assertThat(again.path("replayed").asInt()).isEqualTo(3);
            assertThat(offsets(client.events(3))).containsExactly(3L, 4L, 5L);
            publish(client, "durable:same", 1);
            assertThat(offsets(client.events(1))).containsExactly(6L);
        }
    }

    @Test
    void anAckIsGoodBeforeTheSubscriptionIsConfirmed() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "durable:early", 3);
            client.subscribe("durable:early", "{\"durable\":\"worker\",\"since\":{\"last\":3}}");
            client.events(3);
        }
        try (WsClient client = WsClient.connect(server)) {
            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"durable:early\",\"payload\":" + WORKER + "}");
            ack(client, "durable:early", 2);
            assertThat(client.expect("subscribed").at("/payload/replayed").asInt())
                    .isEqualTo(3);
            client.events(3);
            assertThat(client.heardSoFar()).isEmpty();
        }
        assertResumed("durable:early", 3, 3);
    }

    @Test
    void sinceHasTheLastWordAndLeavesThePositionAlone() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:since", WORKER);
            publish(client, "durable:since", 6);
            client.events(6);
            ack(client, "durable:since", 4);
            client.subscribe("durable:since", "{\"durable\":\"worker\",\"since\":{\"last\":6}}");
            assertThat(client.events(6)).hasSize(6);
            ack(client, "durable:since", 2);
            JsonNode live = client.subscribe("durable:since", "{\"durable\":\"worker\",\"since\":{}}");
            assertThat(live.at("/payload/replayed").asInt()).isZero();
            assertThat(client.heardSoFar()).isEmpty();
        }
        assertResumed("durable:since", 5, 6);
    }

    @Test
    void namesAreApart() {
        try (WsClient client = WsClient.connect(server)) {
            publish(client, "durable:names", 1);
            client.subscribe("durable:names", WORKER);
            publish(client, "durable:names", 3);
            client.events(3);
            ack(client, "durable:names", 4);
            assertNew(client.subscribe("durable:names", "{\"durable\":\"other\"}"));
        }
        try (WsClient eve = WsClient.connect(server, Tokens.token("eve", "*:*"));
                WsClient rival = WsClient.connect(server, Tokens.tenantToken("rivals", "ada", "*:*"))) {
            assertNew(eve.subscribe("durable:names", WORKER));
            assertNew(rival.subscribe("durable:names", WORKER));
        }
    }

    @Test
    void twoConnectionsUnderOneNameBothGetEverythingAndTheFurtherAckCounts() {
        try (WsClient one = WsClient.connect(server);
                WsClient two = WsClient.connect(server)) {
            one.subscribe("durable:two", WORKER);
            two.subscribe("durable:two", WORKER);
            publish(one, "durable:two", 5);
            assertThat(offsets(one.events(5))).isEqualTo(offsets(two.events(5)));
            ack(one, "durable:two", 4);
            ack(two, "durable:two", 2);
            assertThat(one.heardSoFar()).isEmpty();
            assertThat(two.heardSoFar()).isEmpty();
        }
        assertResumed("durable:two", 5, 5);
    }

    @Test
    void unsubscribingKeepsThePosition() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:unsubscribe", WORKER);
            publish(client, "durable:unsubscribe", 4);
            client.events(4);
            ack(client, "durable:unsubscribe", 2);
            client.ask("{\"type\":\"unsubscribe\",\"id\":\"u\",\"channel\":\"durable:unsubscribe\"}");
            assertRefused(client, "durable:unsubscribe", 3, "not_found");
        }
        assertResumed("durable:unsubscribe", 3, 4);
    }

    @Test
    void whatHistoryHasLetGoOfIsSaidUntilSomethingIsAcknowledged() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("short:durable", WORKER);
            client.publish("short:durable", "state.changed", "{\"patch\":{\"a\":1}}");
            publish(client, "short:durable", 8);
            client.events(9);
            ack(client, "short:durable", 2);
            assertThat(client.heardSoFar()).isEmpty();
        }
        for (int i = 0; i < 2; i++) {
            try (WsClient client = WsClient.connect(server)) {
                JsonNode payload = client.subscribe("short:durable", WORKER).path("payload");
                assertThat(payload.path("recovered").asBoolean(true)).isFalse();
                assertThat(payload.path("replayed").asInt(-1)).isZero();
                assertThat(payload.at("/state/data/a").asInt()).isEqualTo(1);
                assertThat(client.heardSoFar()).isEmpty();
            }
        }
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("short:durable", WORKER);
            ack(client, "short:durable", 9);
            assertThat(client.heardSoFar()).isEmpty();
            publish(client, "short:durable", 1);
            client.events(1);
        }
        assertResumed("short:durable", 10, 10);
    }

    @Test
    void afterAFilterItGoesOnAfterTheLastThatWasAcknowledged() {
        String filtered =
                "{\"durable\":\"worker\",\"filter\":{\"where\":{\"field\":\"/payload\",\"op\":\"in\",\"value\":[2,5]}}}";
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:filter", filtered);
            publish(client, "durable:filter", 6);
            assertThat(offsets(client.events(2))).containsExactly(2L, 5L);
            ack(client, "durable:filter", 2);
            JsonNode again = client.subscribe("durable:filter", filtered);
            assertThat(again.at("/payload/replayed").asInt()).isEqualTo(1);
            assertThat(offsets(client.events(1))).containsExactly(5L);
        }
    }

    @Test
    void aPatternBesideItBringsNothingTwice() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("beside:*");
            client.subscribe("beside:1", WORKER);
            publish(client, "beside:1", 4);
            assertThat(offsets(client.heardSoFar())).containsExactly(1L, 2L, 3L, 4L);
            ack(client, "beside:1", 3);
            assertThat(client.heardSoFar()).isEmpty();
        }
        assertResumed("beside:1", 4, 4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"ack","id":"x","channel":"bad:ack"}                                        | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":null}                          | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":"1"}                           | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":1.0}                           | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":0}                             | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":-1}                            | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":true}                          | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":[1]}                           | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":{"a":{"offset":1}}}            | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":92233720368547758070}          | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","payload":{"offset":1}}                 | invalid_message
            {"type":"ack","id":"x","offset":1}                                                 | invalid_channel
            {"type":"ack","id":"x","channel":"bad:*","offset":1}                               | invalid_channel
            {"type":"ack","id":"x","channel":"Bad","offset":1}                                 | invalid_channel
            {"type":"ack","id":"x","channel":"bad:never","offset":1}                           | not_found
            {"type":"ack","id":"x","channel":"bad:plain","offset":1}                           | not_found
            {"type":"ack","id":"x","channel":"bad:ack","offset":4}                             | invalid_message
            {"type":"ack","id":"x","channel":"bad:ack","offset":9223372036854775807}           | invalid_message
            """)
    void refusesAcksThatCannotBe(String message, String code) {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("bad:plain");
            publish(client, "bad:plain", 1);
            JsonNode subscribed = client.subscribe("bad:ack", WORKER).path("payload");
            publish(client, "bad:ack", (int) (3 - subscribed.path("offset").asLong()));
            client.heardSoFar();
            JsonNode reply = client.ask(message);
            assertThat(reply.path("type").asText()).isEqualTo("error");
            assertThat(reply.at("/payload/code").asText()).as(reply.toString()).isEqualTo(code);
            assertThat(reply.at("/payload/message").asText()).isNotEmpty();
            assertThat(reply.at("/payload/retryable").asBoolean(true)).isFalse();
            client.send("{\"type\":\"ack\",\"channel\":\"bad:never\",\"offset\":1}");
            assertThat(client.expectError("not_found").has("id")).isFalse();
            JsonNode again = client.subscribe("bad:ack", WORKER).path("payload");
            assertThat(again.path("replayed").asInt())
                    .as("nothing was acknowledged")
                    .isEqualTo(3);
        }
    }

    @Test
    void offsetMeansNothingInOtherMessages() {
        try (WsClient client = WsClient.connect(server)) {
            assertThat(client.ask("{\"type\":\"ping\",\"id\":\"x\",\"offset\":{\"a\":[1]}}")
                            .path("type")
                            .asText())
                    .isEqualTo("pong");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"7", "true", "{}", "[\"a\"]", "\"\"", "\"a b\"", "\"a|b\"", "\"\u00e9\"", "\"a\\nb\"", "TOO LONG"
            })
    void refusesNamesThatAreNone(String name) {
        String durable = name.equals("TOO LONG") ? '"' + "x".repeat(129) + '"' : name;
        try (WsClient client = WsClient.connect(server)) {
            assertRefusedOption(client, "bad:name", durable);
            client.subscribe("bad:name", "{\"durable\":\"" + "x".repeat(128) + "\"}");
        }
    }

    @Test
    void isForOneChannelOnly() {
        try (WsClient client = WsClient.connect(server)) {
            assertRefusedOption(client, "bad:*", "\"worker\"");
            assertThat(client.subscribe("bad:*", "{\"durable\":null}")
                            .at("/payload/cursor")
                            .asText())
                    .isNotEmpty();
        }
    }

    private static void assertRefusedOption(WsClient client, String target, String durable) {
        JsonNode reply = client.ask("{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"" + target
                + "\",\"payload\":{\"durable\":" + durable + "}}");
        assertThat(reply.at("/payload/code").asText()).as(reply.toString()).isEqualTo("invalid_message");
        assertThat(reply.at("/payload/message").asText()).contains("durable");
    }

    @Test
    void aSubjectHasSoManyAndNoMore() {
        String token = Tokens.token("collector", "*:*");
        try (WsClient client = WsClient.connect(server, token)) {
            for (int i = 0; i < 40; i++) {
                client.subscribe("many:" + i, WORKER);
            }
            JsonNode reply = client.ask(
                    "{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"many:40\",\"payload\":" + WORKER + "}");
            assertThat(reply.at("/payload/code").asText()).isEqualTo("too_many_subscriptions");
            assertThat(reply.at("/payload/message").asText()).contains("40");
            client.publish("many:40", "x", "1");
            assertThat(client.heardSoFar()).isEmpty();
            client.subscribe("many:40");
            client.subscribe("many:39", WORKER);
        }
    }

    @Test
    void whereItIsNotPermittedNothingIsKeptAndNothingSaid() {
        String token = Tokens.token("guest", "subscribe:open:*");
        try (WsClient client = WsClient.connect(server, token)) {
            for (String channel : List.of("secret:1", "secret:never-used")) {
                JsonNode reply = client.ask("{\"type\":\"subscribe\",\"id\":\"x\",\"channel\":\"" + channel
                        + "\",\"payload\":" + WORKER + "}");
                assertThat(reply.at("/payload/code").asText()).isEqualTo("forbidden");
                assertRefused(client, channel, 1, "not_found");
            }
        }
    }

    @Test
    void aTokenThatPermitsItNoLongerEndsItAndKeepsThePosition() {
        String less = Tokens.token("ada", "publish:*");
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("durable:renewed", WORKER);
            publish(client, "durable:renewed", 3);
            client.events(3);
            ack(client, "durable:renewed", 2);
            client.send("{\"type\":\"authenticate\",\"id\":\"a\",\"payload\":{\"token\":\"" + less + "\"}}");
            client.expect("authenticated");
            client.expectError("forbidden");
            assertRefused(client, "durable:renewed", 3, "not_found");
        }
        assertResumed("durable:renewed", 3, 3);
    }

    private static void assertRefused(WsClient client, String channel, long offset, String code) {
        JsonNode reply =
                client.ask("{\"type\":\"ack\",\"id\":\"r\",\"channel\":\"" + channel + "\",\"offset\":" + offset + "}");
        assertThat(reply.at("/payload/code").asText()).as(reply.toString()).isEqualTo(code);
    }

    private static void assertNew(JsonNode subscribed) {
        assertThat(subscribed.at("/payload/recovered").asBoolean(true)).isFalse();
        assertThat(subscribed.at("/payload/replayed").asInt(-1)).isZero();
    }

    /** Another connection is sent these, and nothing before them. */
    private static void assertResumed(String channel, long from, long to) {
        try (WsClient client = WsClient.connect(server)) {
            JsonNode payload = client.subscribe(channel, WORKER).path("payload");
            assertThat(payload.path("recovered").asBoolean()).isTrue();
            assertThat(payload.path("replayed").asLong()).isEqualTo(to - from + 1);
            assertThat(offsets(client.heardSoFar()))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(from, to).boxed().toList());
        }
    }

    private static void ack(WsClient client, String channel, long offset) {
        client.send("{\"type\":\"ack\",\"channel\":\"" + channel + "\",\"offset\":" + offset + "}");
    }

    private static void publish(WsClient client, String channel, int count) {
        for (int i = 1; i <= count; i++) {
            client.publish(channel, "counted", Integer.toString(i));
        }
    }

    private static List<Long> offsets(List<JsonNode> events) {
        return events.stream().map(each -> each.path("offset").asLong()).toList();
    }
}
