package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.GraphQlClient;
import dev.tidings.testing.Operator;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the stock client of GraphQL over WebSocket does, unmodified, against the packaged service. */
class GraphQlIT {
    private static final String ALL = Tokens.token("ada", "*:*");
    private static final String UPDATES = """
            subscription Updates($channel: String!, $events: [String!], $where: Condition, $since: Since, $state: Boolean) {
              updates(channel: $channel, events: $events, where: $where, since: $since, state: $state) {
                type: __typename
                channel
                ... on Event { event offset epoch payload }
                ... on Subscribed { epoch offset cursor recovered replayed state { data } }
                ... on Gap { from to }
              }
            }""";

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        Optional<String> missing = GraphQlClient.missing();
        missing.ifPresent(why -> System.err.println("GraphQlIT is skipped: " + why));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        server = TidingsServer.start(
                Map.of("tidings.limits.connections-per-subject", "20", "tidings.channels.short.history-size", "2"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aSubscriptionSaysThatItHoldsAndThenWhatHappens() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL);
                WsClient publisher = WsClient.connect(server, ALL)) {
            JsonNode ack = client.expect("connected").path("ack");
            assertThat(ack.path("subject").asText()).isEqualTo("ada");
            client.run("a", UPDATES, "{'channel':'agent:first'}");
            JsonNode subscribed = client.next("a");
            assertThat(subscribed.path("type").asText()).isEqualTo("Subscribed");
            assertThat(subscribed.path("channel").asText()).isEqualTo("agent:first");
            assertThat(subscribed.path("offset").asLong()).isZero();
            publisher.publish(
                    "agent:first", "agent.started", "{\"status\":\"busy\",\"text\":\"h\u00e9llo \ud83d\ude00\"}");
            JsonNode event = client.next("a");
            assertThat(event.path("type").asText()).isEqualTo("Event");
            assertThat(event.path("event").asText()).isEqualTo("agent.started");
            assertThat(event.path("epoch")).isEqualTo(subscribed.path("epoch"));
            assertThat(event.at("/payload/text").asText()).isEqualTo("h\u00e9llo \ud83d\ude00");

            assertThat(Operator.of(server).listed("?subject=ada")).anySatisfy(each -> {
                assertThat(each.path("connection")).isEqualTo(ack.path("connection"));
                assertThat(each.path("transport").asText()).isEqualTo("graphql");
            });
            client.end("a");
            client.expect("complete", "a");
            publisher.publish("agent:first", "agent.later", "1");
            client.run("b", UPDATES, "{'channel':'agent:first','since':{'last':1}}");
            client.next("b");
            assertThat(client.next("b").path("event").asText()).isEqualTo("agent.later");
            assertThat(client.soFar())
                    .noneMatch(each -> each.path("name").asText().equals("a"));
        }
    }

    /** On a socket of Tidings' own an event comes once; here each operation has asked for it. */
    @Test
    void operationsOfOneConnectionGetEachWhatTheyAskedFor() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL);
                WsClient publisher = WsClient.connect(server, ALL)) {
            client.run("all", UPDATES, "{'channel':'mix:*'}");
            client.run("types", UPDATES, "{'channel':'mix:a','events':['story.*']}");
            client.run(
                    "where",
                    UPDATES,
                    "{'channel':'mix:a','where':{'all':[{'field':'/payload/points','op':'ge','value':5},"
                            + "{'not':{'field':'/event','op':'eq','value':'story.closed'}}]}}");
            client.run("slim", """
                    subscription { news: updates(channel: "mix:a") {
                      ...Slim
                      ... on Subscribed @skip(if: false) { recovered }
                    } }
                    fragment Slim on Event { what: event points: payload(at: "/points") nothing: payload(at: "/x/y")
                      id @include(if: false) }
                    """);
            assertThat(client.next("all").path("cursor").asText()).isNotEmpty();
            client.next("types");
            client.next("where");
            assertThat(client.next("slim").toString()).isEqualTo("{\"recovered\":false}");
            publisher.publish("mix:a", "story.opened", "{\"points\":3}");
            publisher.publish("mix:b", "other", "null");
            publisher.publish("mix:a", "story.closed", "{\"points\":8}");
            publisher.publish("mix:a", "review", "{\"points\":13}");
            assertThat(types(client, "all", 4))
                    .as("in the order of each channel")
                    .containsExactlyInAnyOrder("story.opened", "other", "story.closed", "review");
            assertThat(types(client, "types", 2)).containsExactly("story.opened", "story.closed");
            assertThat(types(client, "where", 1)).containsExactly("review");
            assertThat(client.next("slim").toString())
                    .isEqualTo("{\"what\":\"story.opened\",\"points\":3,\"nothing\":null}");
        }
    }

    private static List<String> types(GraphQlClient client, String operation, int count) {
        List<String> types = new ArrayList<>();
        while (types.size() < count) {
            types.add(client.next(operation).path("event").asText());
        }
        return types;
    }

    @Test
    void aBrokenConnectionIsMadeAgainAndNothingIsMissing() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL);
                WsClient publisher = WsClient.connect(server, ALL)) {
            client.expect("connected");
            publisher.publish("agent:again", "tick", "0");
            client.run("a", UPDATES, "{'channel':'agent:again','since':{'last':1}}");
            client.next("a");
            client.next("a");
            client.drop();
            client.expect("closed");
            publisher.publish("agent:again", "tick", "1");
            publisher.publish("agent:again", "tick", "2");
            JsonNode again = client.next("a");
            assertThat(again.path("type").asText()).isEqualTo("Subscribed");
            assertThat(again.path("recovered").asBoolean()).isTrue();
            // What was published before it subscribed is replayed, what comes after it is live: there is no other.
            assertThat(client.next("a").path("payload").asInt()).isEqualTo(1);
            assertThat(client.next("a").path("payload").asInt()).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoLongerThereIsSaidWithTheStateAsItIs() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL);
                WsClient publisher = WsClient.connect(server, ALL)) {
            JsonNode first = publisher.publish("short:a", "state.changed", "{\"patch\":{\"v\":0}}");
            for (int i = 1; i < 5; i++) {
                publisher.publish("short:a", "state.changed", "{\"patch\":{\"v\":" + i + "}}");
            }
            String epoch = first.at("/payload/epoch").asText();
            client.run("a", UPDATES, "{'channel':'short:a','since':{'epoch':'" + epoch + "','offset':1}}");
            JsonNode subscribed = client.next("a");
            assertThat(subscribed.path("recovered").asBoolean()).isFalse();
            assertThat(subscribed.at("/state/data/v").asInt()).isEqualTo(4);
            client.run("b", UPDATES, "{'channel':'short:a','state':true}");
            assertThat(client.next("b").at("/state/data/v").asInt()).isEqualTo(4);
            client.run("c", UPDATES, "{'channel':'short:a','state':false}");
            assertThat(client.next("c").path("state").isNull()).isTrue();
        }
    }

    @Test
    void queriesAndMutationsAreAnsweredOnce() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL)) {
            client.run(
                    "publish",
                    "mutation($p: JSON) { publish(channel: \"agent:asked\", event: \"agent.started\", payload: $p, eventId: \"e1\")"
                            + " { channel offset epoch eventId timestamp } }",
                    "{'p':{'status':'busy','list':[1,2.50,null]}}");
            JsonNode published = client.next("publish");
            client.expect("complete", "publish");
            assertThat(published.path("offset").asLong()).isEqualTo(1);
            assertThat(published.path("eventId").asText()).isEqualTo("e1");
            client.run(
                    "history",
                    "{ history(channel: \"agent:asked\") { complete offset events { __typename id payload } } }");
            assertThat(client.next("history").toString())
                    .isEqualTo("{\"complete\":true,\"offset\":1,\"events\":[{\"__typename\":\"Event\",\"id\":\"e1\","
                            + "\"payload\":{\"status\":\"busy\",\"list\":[1,2.5,null]}}]}");
            client.run(
                    "literal",
                    "mutation { publish(channel: \"agent:kept\", event: \"state.changed\", payload: {patch: {v: 7}}) { offset } }");
            client.next("literal");
            client.run("states", "{ states(channel: \"agent:k*\") { channel data offset } }");
            assertThat(client.expect("next", "states").at("/data/states").toString())
                    .isEqualTo("[{\"channel\":\"agent:kept\",\"data\":{\"v\":7},\"offset\":1}]");
            client.run(
                    "channels",
                    "{ channels(prefix: \"agent:kep\", limit: 1) { next items { channel offset state } } }");
            assertThat(client.next("channels").toString())
                    .isEqualTo("{\"next\":null,\"items\":[{\"channel\":\"agent:kept\",\"offset\":1,\"state\":true}]}");
        }
    }

    @Test
    void whatMayNotBeDoneIsAnErrorOfTheOperation() {
        String some = Tokens.token("bob", "subscribe:agent:*");
        try (GraphQlClient client = GraphQlClient.connect(server, some)) {
            client.run("secret", UPDATES, "{'channel':'secret:1'}");
            JsonNode error = client.expect("error", "secret").at("/errors/0");
            assertThat(error.at("/extensions/code").asText()).isEqualTo("forbidden");
            assertThat(error.at("/extensions/retryable").asBoolean(true)).isFalse();
            client.run(
                    "partly",
                    "{ history(channel: \"agent:1\") { complete } channels(prefix: \"no:\") { items { channel } } }");
            JsonNode partly = client.expect("next", "partly");
            assertThat(partly.at("/data").toString()).isEqualTo("{\"history\":null,\"channels\":{\"items\":[]}}");
            assertThat(partly.at("/errors/0/extensions/code").asText()).isEqualTo("forbidden");
            assertThat(partly.at("/errors/0/path/0").asText()).isEqualTo("history");
            client.run("publish", "mutation { publish(channel: \"agent:1\", event: \"x\") { offset } }");
            assertThat(client.expect("next", "publish")
                            .at("/errors/0/extensions/code")
                            .asText())
                    .isEqualTo("forbidden");
            client.run("fine", UPDATES, "{'channel':'agent:1'}");
            client.next("fine");
        }
    }

    @Test
    void tenantsHearNothingOfEachOther() {
        String one = Tokens.tenantToken("one", "ada", "*:*");
        String two = Tokens.tenantToken("two", "ada", "*:*");
        try (GraphQlClient ofOne = GraphQlClient.connect(server, one);
                GraphQlClient ofTwo = GraphQlClient.connect(server, two)) {
            String publish =
                    "mutation($p: JSON) { publish(channel: \"shared:name\", event: \"said\", payload: $p) { offset } }";
            for (GraphQlClient each : List.of(ofOne, ofTwo)) {
                each.run("a", UPDATES, "{'channel':'shared:*'}");
                each.next("a");
            }
            ofOne.run("p", publish, "{'p':'for one'}").next("p");
            ofTwo.run("p", publish, "{'p':'for two'}").next("p");
            assertThat(ofOne.next("a").path("payload").asText()).isEqualTo("for one");
            assertThat(ofTwo.next("a").path("payload").asText()).isEqualTo("for two");
        }
    }

    @Test
    void whoHasNoGoodTokenIsToldAndTriesAgain() {
        try (GraphQlClient client = GraphQlClient.connect(server, "no.token.this")) {
            JsonNode closed = client.expect("closed");
            assertThat(closed.path("code").asInt()).isEqualTo(4403);
            assertThat(closed.path("reason").asText()).startsWith("Forbidden");
        }
    }

    @Test
    void toolsCanReadTheSchema() {
        try (GraphQlClient client = GraphQlClient.connect(server, ALL)) {
            client.run(
                    "schema", "{ __schema { queryType { name } subscriptionType { fields { name args { name } } } } }");
            assertThat(client.next("schema")
                            .at("/subscriptionType/fields/0/args")
                            .toString())
                    .contains("channel", "where", "since", "state");
        }
        assertThat(server.get("/graphql/schema.graphql").body()).contains("type Subscription", "input Condition");
    }
}
