package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.Operator;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code graphql-transport-ws} says about clients that do not hold to it, and what bounds those that do. */
class GraphQlProtocolIT {
    private static final String PROTOCOL = "graphql-transport-ws";
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final int EVENTS = 3_000;
    private static final int BATCH = 50;
    private static final String PAYLOAD = '"' + "x".repeat(4_000) + '"';

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.auth.authenticate-within", "1s",
                "tidings.auth.anonymous", "subscribe:open:*",
                "tidings.limits.connections-per-subject", "30",
                "tidings.limits.subscriptions-per-connection", "3",
                "tidings.limits.message-size", "100K",
                "tidings.limits.queue-size", "256K",
                "tidings.limits.messages-per-second", "500",
                "tidings.limits.burst", "6000",
                "tidings.channels.wide.slow-consumer", "gap",
                "tidings.channels.wide.history-size", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DialectClient open() {
        return DialectClient.offer(server, "/graphql", PROTOCOL);
    }

    private static DialectClient begun() {
        DialectClient client = open().send("{'type':'connection_init','payload':{'token':'" + ALL + "'}}");
        client.expect("connection_ack");
        return client;
    }

    private static String subscribe(String id, String query) {
        return "{\"id\":\"" + id + "\",\"type\":\"subscribe\",\"payload\":"
                + WsClient.JSON.createObjectNode().put("query", query) + "}";
    }

    private static String updates(String id, String channel) {
        return subscribe(
                id,
                "subscription { updates(channel: \"" + channel
                        + "\") { __typename ... on Event { offset } ... on Gap { from to } ... on Subscribed { recovered } } }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{'type':1}",
                "{'type':'start'}",
                "{'type':'next','id':'1','payload':{}}",
                "{'type':'connection_ack'}",
                "{'type':'connection_init','payload':1}",
                "{'type':'connection_init','payload':{'token':1}}",
                "{'type':'ping','payload':'x'}",
                "{'type':'pong','payload':[]}",
                "{'type':'complete'}",
                "{'type':'subscribe','payload':{'query':'{x}'}}",
                "{'type':'subscribe','id':1,'payload':{'query':'{x}'}}",
                "{'type':'subscribe','id':'','payload':{'query':'{x}'}}",
                "{'type':'subscribe','id':'1'}",
                "{'type':'subscribe','id':'1','payload':{}}",
                "{'type':'subscribe','id':'1','payload':{'query':1}}",
                "{'type':'subscribe','id':'1','payload':{'query':'{x}','variables':[]}}",
                "{'type':'subscribe','id':'1','payload':{'query':'{x}','operationName':1}}",
                "{'type':'subscribe','id':'1','payload':{'query':'{x}','extensions':1}}"
            })
    void whatIsNoMessageCloses4400(String message) {
        try (DialectClient client = open().send(message)) {
            assertThat(client.awaitClose()).isEqualTo(4400);
        }
    }

    @Test
    void anIdIsNotLongAndBytesAreNoMessage() {
        try (DialectClient client = begun().send(updates("i".repeat(129), "a:1"))) {
            assertThat(client.awaitClose()).isEqualTo(4400);
        }
        try (DialectClient client = begun()) {
            client.sendBinary(new byte[] {'{', '}'});
            assertThat(client.awaitClose()).isEqualTo(4400);
        }
    }

    @Test
    void nothingIsDoneBeforeTheFirstMessage() {
        try (DialectClient client = open()) {
            client.send("{'type':'ping','payload':{'n':1}}");
            assertThat(client.expect("pong").at("/payload/n").asInt()).isEqualTo(1);
            client.send(updates("1", "open:1"));
            assertThat(client.awaitClose()).isEqualTo(4401);
        }
        try (DialectClient client = DialectClient.offerWithToken(server, "/graphql", PROTOCOL, ALL)) {
            client.send(updates("1", "open:1"));
            assertThat(client.awaitClose())
                    .as("a token alone is no first message")
                    .isEqualTo(4401);
        }
    }

    @Test
    void theFirstMessageIsWaitedForOnlySoLongAndComesOnce() {
        try (DialectClient silent = open();
                DialectClient known = DialectClient.offerWithToken(server, "/graphql", PROTOCOL, ALL);
                DialectClient twice = begun()) {
            twice.send("{'type':'connection_init'}");
            assertThat(twice.awaitClose()).isEqualTo(4429);
            assertThat(silent.awaitClose()).isEqualTo(4408);
            assertThat(known.awaitClose()).isEqualTo(4408);
        }
    }

    @Test
    void aTokenComesInWhicheverWayAClientHas() {
        for (String payload : List.of("'Authorization':'Bearer " + ALL + "'", "'authorization':'" + ALL + "'")) {
            try (DialectClient client = open().send("{'type':'connection_init','payload':{" + payload + "}}")) {
                client.expect("connection_ack");
            }
        }
        try (DialectClient client = DialectClient.offerWithToken(server, "/graphql", PROTOCOL, ALL)) {
            JsonNode ack = client.send("{'type':'connection_init'}").expect("connection_ack");
            assertThat(ack.at("/payload/subject").asText()).isEqualTo("ada");
        }
        String browsers = "quarkus-http-upgrade%23Authorization%23"
                + URLEncoder.encode("Bearer " + ALL, StandardCharsets.UTF_8).replace("+", "%20");
        try (DialectClient client = DialectClient.offer(server, "/graphql", PROTOCOL, browsers)) {
            JsonNode ack = client.send("{'type':'connection_init'}").expect("connection_ack");
            assertThat(ack.at("/payload/subject").asText()).isEqualTo("ada");
        }
    }

    @Test
    void withoutATokenIsSeenWhatAnybodyMaySee() {
        try (DialectClient client = open().send("{'type':'connection_init'}")) {
            client.expect("connection_ack");
            client.send(updates("1", "open:1")).expect("next");
            JsonNode error = client.send(updates("2", "closed:1")).expect("error");
            assertThat(error.at("/payload/0/extensions/code").asText()).isEqualTo("forbidden");
        }
    }

    @Test
    void aBadTokenOrSubprotocolIsNotLetIn() {
        try (DialectClient client = open().send("{'type':'connection_init','payload':{'token':'x'}}")) {
            assertThat(client.awaitClose()).isEqualTo(4403);
        }
        try (DialectClient client = DialectClient.open(server, "/graphql")) {
            assertThat(client.awaitClose()).isEqualTo(4406);
        }
        try (DialectClient client = DialectClient.offer(server, "/graphql", "tidings.v1.json")) {
            assertThat(client.awaitClose()).isEqualTo(4406);
        }
        assertThat(DialectClient.handshake(server, "/graphql", "Authorization", "Bearer x"))
                .isEqualTo(401);
        assertThat(DialectClient.handshake(server, "/graphql", "Origin", "https://elsewhere.example"))
                .isEqualTo(403);
    }

    @Test
    void aTokenThatEndsOrIsRevokedEndsTheConnection() {
        Map<String, Object> claims = Tokens.claims("brief", "*:*");
        claims.put("exp", Instant.now().getEpochSecond() + 3);
        String brief = Tokens.sign(claims);
        try (DialectClient ends = open();
                DialectClient revoked = open()) {
            revoked.send("{'type':'connection_init','payload':{'token':'" + Tokens.token("gone", "*:*") + "'}}");
            revoked.expect("connection_ack");
            ends.send("{'type':'connection_init','payload':{'token':'" + brief + "'}}")
                    .expect("connection_ack");
            Operator.of(server).revokeForLong("sub", "gone");
            assertThat(revoked.awaitClose()).isEqualTo(4403);
            assertThat(ends.awaitClose()).isEqualTo(4403);
        }
    }

    @Test
    void idsAreOfOneOperationAtATime() {
        try (DialectClient client = begun()) {
            client.send(updates("1", "agent:ids")).expect("next");
            client.send("{'type':'complete','id':'1'}");
            client.send("{'type':'complete','id':'never'}");
            client.send(updates("1", "agent:ids")).expect("next");
            client.send(updates("1", "agent:other"));
            assertThat(client.awaitClose()).isEqualTo(4409);
        }
    }

    @Test
    void operationsAreBounded() {
        try (DialectClient client = begun()) {
            for (String id : List.of("1", "2", "3")) {
                client.send(updates(id, "agent:many")).expect("next");
            }
            JsonNode error = client.send(updates("4", "agent:many")).expect("error");
            assertThat(error.path("id").asText()).isEqualTo("4");
            assertThat(error.at("/payload/0/extensions/code").asText()).isEqualTo("too_many_subscriptions");
            client.send("{'type':'complete','id':'2'}");
            client.send(updates("4", "agent:many")).expect("next");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subscription { | invalid_message",
                "'' | invalid_message",
                "{ nothing } | invalid_message",
                "subscription { updates { channel } } | invalid_message",
                "subscription { updates(channel: 1) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\") } | invalid_message",
                "subscription { updates(channel: \"a:1\", filter: 1) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\") { channel } b: updates(channel: \"a:1\") { channel } } | invalid_message",
                "subscription { updates(channel: \"NO!\") { channel } } | invalid_channel",
                "subscription { updates(channel: \"a:1\", events: [\"\"]) { channel } } | invalid_filter",
                "subscription { updates(channel: \"a:1\", where: {field: \"x\", op: eq, value: 1}) { channel } } | invalid_filter",
                "subscription { updates(channel: \"a:1\", where: {op: eq, value: 1}) { channel } } | invalid_filter",
                "subscription { updates(channel: \"a:1\", where: {all: []}) { channel } } | invalid_filter",
                "subscription { updates(channel: \"a:1\", where: {field: \"/x\", op: like, value: 1}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\", since: {offset: 1}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\", since: {epoch: \"e\", offset: -1}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\", since: {epoch: \"e\", offset: 99999999999999999999}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\", since: {cursor: \"c\"}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:*\", since: {epoch: \"e\", offset: 1}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\", since: {last: -1}) { channel } } | invalid_message",
                "subscription { updates(channel: \"a:1\") { ... on Event { payload(at: \"x\") } } } | invalid_message",
                "subscription { updates(channel: \"a:1\") @skip(if: true) { channel } } | invalid_message",
                "query($v: Int!) { channels(limit: $v) { next } } | invalid_message",
                "query A { channels { next } } query B { channels { next } } | invalid_message",
                "fragment A on Event { ...A } query { channels { next } } | invalid_message"
            })
    void whatIsWrongWithADocumentIsToldByItsOperation(String query, String code) {
        try (DialectClient client = begun()) {
            JsonNode error = client.send(subscribe("1", query)).expect("error");
            assertThat(error.path("id").asText()).isEqualTo("1");
            assertThat(error.at("/payload/0/message").asText()).isNotBlank();
            assertThat(error.at("/payload/0/extensions/code").asText())
                    .as(error.toString())
                    .isEqualTo(code);
            client.send(updates("1", "agent:fine")).expect("next");
        }
    }

    @Test
    void documentsAreBounded() {
        String deep = "fields { type { ".repeat(20);
        String wide =
                IntStream.range(0, 500).mapToObj(i -> "f" + i + ": channel ").reduce("", String::concat);
        String doubling = IntStream.range(0, 30)
                .mapToObj(i -> "fragment F" + i + " on Event { a" + i + ": id ...F" + (i + 1) + " b" + i + ": id ...F"
                        + (i + 1) + " } ")
                .reduce("", String::concat);
        String calls = IntStream.range(0, 11)
                .mapToObj(i -> "c" + i + ": channels { next } ")
                .reduce("", String::concat);
        try (DialectClient client = begun()) {
            for (String query : List.of(
                    "{ __type(name: \"Event\") { " + deep + "name" + " } }".repeat(20) + " } }",
                    "subscription { updates(channel: \"a:1\") { " + wide + " } }",
                    "subscription { updates(channel: \"a:1\") { ...F0 } } " + doubling
                            + " fragment F30 on Event { id }",
                    "{ " + calls + " }",
                    "{".repeat(10_000),
                    "{ channels { next } } #" + "x".repeat(33_000),
                    "{ channels { next } }" + " ".repeat(33_000),
                    "mutation { publish(channel: \"a:1\", event: \"x\", payload: " + "[".repeat(200) + "]".repeat(200)
                            + ") { offset } }")) {
                JsonNode answer = client.send(subscribe("1", query)).next();
                String code = answer.at("/payload/0/extensions/code").asText()
                        + answer.at("/payload/errors/0/extensions/code").asText();
                assertThat(code).as(query.substring(0, 40) + answer).isEqualTo("invalid_message");
                if (answer.path("type").asText().equals("next")) {
                    client.expect("complete");
                }
            }
            client.send("{\"type\":\"ping\",\"payload\":{\"x\":\"" + "x".repeat(110_000) + "\"}}");
            assertThat(client.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void whoDoesNotReadIsClosedAndHoldsNobodyUp() {
        try (DialectClient slow = begun();
                DialectClient quick = begun();
                WsClient publisher = WsClient.connect(server, ALL)) {
            slow.send(whole("fast:a")).expect("next");
            quick.send(whole("fast:a")).expect("next");
            slow.pause();
            for (int sent = 0; sent < 2 * EVENTS; sent += BATCH) {
                // No more at a time than the one that reads may have waiting.
                publish(publisher, "fast:a", BATCH);
                assertThat(quick.expect("next", BATCH)).hasSize(BATCH);
            }
            slow.resume();
            assertThat(slow.awaitClose()).isEqualTo(1013);
        }
    }

    @Test
    void whoMayFallBehindIsToldOfWhatIsLost() {
        try (DialectClient slow = begun();
                WsClient publisher = WsClient.connect(server, ALL)) {
            slow.send(whole("wide:a")).expect("next");
            slow.pause();
            publish(publisher, "wide:a", EVENTS);
            slow.resume();
            List<Long> accounted = new ArrayList<>();
            boolean gap = false;
            while (accounted.isEmpty() || accounted.getLast() < EVENTS) {
                JsonNode update = slow.expect("next").at("/payload/data/updates");
                if (update.has("from")) {
                    gap = true;
                    LongStream.rangeClosed(
                                    update.path("from").asLong(),
                                    update.path("to").asLong())
                            .forEach(accounted::add);
                } else {
                    accounted.add(update.path("offset").asLong());
                }
            }
            assertThat(gap).isTrue();
            assertThat(accounted)
                    .isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        }
    }

    private static String whole(String channel) {
        return subscribe(
                "1",
                "subscription { updates(channel: \"" + channel
                        + "\") { ... on Event { offset payload } ... on Gap { from to } } }");
    }

    private static void publish(WsClient publisher, String channel, int count) {
        for (int i = 0; i < count; i++) {
            publisher.send(WsClient.publishMessage("p" + i, channel, "big", PAYLOAD));
        }
        for (int i = 0; i < count; i++) {
            publisher.expect("published");
        }
    }

    @Test
    void anOperationThatIsOverLeavesNothingBehind() {
        try (DialectClient client = begun()) {
            for (int i = 0; i < 50; i++) {
                client.send(updates("o" + i, "gone:*"));
                client.send("{'type':'complete','id':'o" + i + "'}");
            }
            client.send(updates("last", "gone:1")).expect("next");
            Awaitility.await()
                    .until(() -> Operator.of(server).listed("?subject=ada").stream()
                            .anyMatch(each -> each.path("subscriptions").asInt() == 1));
        }
    }
}
