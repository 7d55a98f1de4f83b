package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.PresenceClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is present in a channel, on one instance. */
class PresenceIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.limits.connections-per-subject", "1000",
                "tidings.limits.queue-size", "256K",
                "tidings.channels.room.slow-consumer", "gap",
                "tidings.channels.quiet.presence", "false"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static PresenceClient connect(String subject) {
        return PresenceClient.connect(server, Tokens.token(subject, "*:*"));
    }

    @Test
    void membersHearOfOthersAndNotOfThemselves() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = connect("bob")) {
            long before = System.currentTimeMillis();
            ada.enter("room:1");
            bob.enter("room:1");
            JsonNode joined = ada.expectJoined("room:1", bob);
            assertThat(joined.at("/payload/subject").asText()).isEqualTo("bob");
            assertThat(joined.at("/payload/since").asLong()).isBetween(before, System.currentTimeMillis());
            assertThat(joined.path("channel").asText()).isEqualTo("room:1");
            JsonNode payload = bob.members("room:1", "{}");
            assertThat(payload.path("count").asInt()).isEqualTo(2);
            assertThat(payload.path("next").isMissingNode()).isTrue();
            assertThat(payload.path("members"))
                    .extracting(each -> each.path("connection").asText())
                    .containsExactlyInAnyOrder(ada.connection(), bob.connection());
            assertThat(payload.path("members"))
                    .extracting(each -> each.path("subject").asText())
                    .containsExactlyInAnyOrder("ada", "bob");
            bob.leave("room:1");
            ada.expectLeft("room:1", bob);
            assertThat(ada.rest("room:1")).isEmpty();
            assertThat(bob.rest("room:1")).isEmpty();
        }
    }

    @Test
    void allWaysOfLeavingAreTold() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = connect("bob");
                PresenceClient cid = connect("cid")) {
            ada.enter("room:leaving");
            bob.enter("room:leaving");
            ada.expectJoined("room:leaving", bob);
            bob.client().subscribe("room:leaving", "{\"presence\":false}");
            ada.expectLeft("room:leaving", bob);
            bob.client().publish("room:leaving", "still.subscribed", "1");
            assertThat(bob.client().expect("message").path("event").asText()).isEqualTo("still.subscribed");
            ada.client().expect("message");
            bob.enter("room:leaving");
            ada.expectJoined("room:leaving", bob);
            cid.enter("room:leaving");
            ada.expectJoined("room:leaving", cid);
            bob.expectJoined("room:leaving", cid);
            cid.disconnect();
            ada.expectLeft("room:leaving", cid);
            bob.expectLeft("room:leaving", cid);
            assertThat(ada.members("room:leaving", "{}").path("count").asInt()).isEqualTo(2);
        }
    }

    @Test
    void subscribingAnewWithPresenceIsNoLeaving() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = connect("bob")) {
            ada.enter("room:again");
            bob.enter("room:again");
            ada.expectJoined("room:again", bob);
            bob.client().subscribe("room:again", "{\"presence\":true,\"filter\":{\"events\":[\"a.*\"]}}");
            bob.client().subscribe("room:again", "{\"presence\":true,\"since\":{\"last\":3}}");
            assertThat(ada.rest("room:again")).isEmpty();
            ada.leave("room:again");
            bob.expectLeft("room:again", ada);
        }
    }

    @Test
    void everyConnectionOfAUserIsAMember() {
        try (PresenceClient ada = connect("ada");
                PresenceClient tab = connect("bob");
                PresenceClient phone = connect("bob")) {
            ada.enter("room:tabs");
            tab.enter("room:tabs");
            phone.enter("room:tabs");
            ada.expectJoined("room:tabs", tab);
            ada.expectJoined("room:tabs", phone);
            assertThat(tab.expectJoined("room:tabs", phone)
                            .at("/payload/subject")
                            .asText())
                    .as("one's own other connection is another")
                    .isEqualTo("bob");
            JsonNode all = ada.members("room:tabs", "{}");
            assertThat(all.path("count").asInt()).isEqualTo(3);
            assertThat(all.path("members"))
                    .extracting(each -> each.path("subject").asText())
                    .containsExactlyInAnyOrder("ada", "bob", "bob");
            tab.disconnect();
            ada.expectLeft("room:tabs", tab);
            phone.expectLeft("room:tabs", tab);
            assertThat(ada.members("room:tabs", "{}").path("count").asInt()).isEqualTo(2);
        }
    }

    @Test
    void whoConnectsAgainIsAnotherConnection() {
        try (PresenceClient ada = connect("ada");
                PresenceClient before = connect("bob")) {
            ada.enter("room:back");
            before.enter("room:back");
            ada.expectJoined("room:back", before);
            before.disconnect();
            try (PresenceClient after = connect("bob")) {
                after.enter("room:back");
                assertThat(after.connection()).isNotEqualTo(before.connection());
                List<String> told = new ArrayList<>();
                ada.rest("room:back")
                        .forEach(each -> told.add(each.path("type").asText() + " "
                                + each.at("/payload/connection").asText()));
                if (told.size() == 1) {
                    told.add("left "
                            + ada.expectLeft("room:back", before)
                                    .at("/payload/connection")
                                    .asText());
                }
                assertThat(told)
                        .containsExactlyInAnyOrder("left " + before.connection(), "joined " + after.connection());
            }
        }
    }

    @Test
    void theReplyComesBeforeAnyChangeAndWhatTheListLacksComesAfterIt() {
        try (PresenceClient ada = connect("ada");
                PresenceClient mover = connect("mover")) {
            for (int round = 0; round < 30; round++) {
                String channel = "room:order-" + round;
                mover.client()
                        .send("{\"type\":\"subscribe\",\"channel\":\"" + channel
                                + "\",\"payload\":{\"presence\":true}}");
                ada.client()
                        .send("{\"type\":\"subscribe\",\"id\":\"s\",\"channel\":\"" + channel
                                + "\",\"payload\":{\"presence\":true}}")
                        .send(PresenceClient.question(channel, "{}"));
                assertThat(ada.client().next().path("type").asText()).isEqualTo("subscribed");
                boolean there = false;
                JsonNode next = ada.client().next();
                while (next.path("type").asText().equals("joined")) {
                    there = true;
                    next = ada.client().next();
                }
                assertThat(next.path("type").asText()).isEqualTo("presence");
                boolean listed = next.at("/payload/count").asInt() == 2;
                assertThat(listed || !there)
                        .as("whoever was told of is listed: %s", next)
                        .isTrue();
                if (!listed) {
                    ada.expectJoined(channel, mover);
                }
                mover.leave(channel);
                ada.expectLeft(channel, mover);
                ada.leave(channel);
            }
        }
    }

    @Test
    void whoCannotFollowIsDisconnectedWhateverTheNamespaceSays() {
        Map<String, Object> claims = Tokens.claims("mover", "*:*");
        claims.put("info", Map.of("text", "x".repeat(900)));
        try (PresenceClient slow = connect("slow");
                PresenceClient mover = PresenceClient.connect(server, Tokens.sign(claims))) {
            slow.enter("room:slow");
            slow.client().pause();
            for (int i = 0; i < 8000; i++) {
                mover.client()
                        .send("{\"type\":\"subscribe\",\"channel\":\"room:slow\",\"payload\":{\"presence\":true}}")
                        .send("{\"type\":\"unsubscribe\",\"channel\":\"room:slow\"}");
            }
            mover.leave("room:slow");
            assertThat(mover.members("room:slow", "{}").path("count").asInt()).isZero();
            slow.client().resume();
            assertThat(slow.client().awaitClose().code()).isEqualTo(4408);
        }
    }

    @Test
    void aNamespaceMayHaveNoPresence() {
        try (PresenceClient ada = connect("ada")) {
            for (String message : List.of(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"quiet:1\",\"payload\":{\"presence\":true}}",
                    PresenceClient.question("quiet:1", "{}"),
                    PresenceClient.question("quiet:1", "{\"limit\":0}"))) {
                JsonNode refused = ada.client().ask(message);
                assertThat(refused.at("/payload/code").asText()).isEqualTo("forbidden");
                assertThat(refused.at("/payload/message").asText())
                        .contains("quiet")
                        .contains("no presence");
            }
            HttpResponse<String> answer = rest("quiet:1", "", "*:*");
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("no presence");
            assertThat(rest("quiet:1", "", "subscribe:*").body())
                    .as("whoever may not know is told nothing of it")
                    .doesNotContain("no presence");
            ada.client().subscribe("quiet:1");
            ada.client().publish("quiet:1", "as.ever", "1");
            ada.client().expect("message");
        }
    }

    @Test
    void aLogInAFileMakesNoDifference(@TempDir Path directory) {
        try (TidingsServer onFile = TidingsServer.start(
                        Map.of("tidings.log.file", directory.resolve("log.db").toString()));
                PresenceClient ada = PresenceClient.connect(onFile, Tokens.token("ada", "*:*"));
                PresenceClient bob = PresenceClient.connect(onFile, Tokens.token("bob", "*:*"))) {
            ada.enter("room:file");
            bob.enter("room:file");
            ada.expectJoined("room:file", bob);
            assertThat(ada.members("room:file", "{}").path("count").asInt()).isEqualTo(2);
            bob.disconnect();
            ada.expectLeft("room:file", bob);
        }
    }

    @Test
    void comingAndGoingQuicklyEndsAsAsked() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = connect("bob")) {
            ada.enter("room:quick");
            for (int i = 0; i < 50; i++) {
                bob.client()
                        .send("{\"type\":\"subscribe\",\"channel\":\"room:quick\",\"payload\":{\"presence\":true}}")
                        .send("{\"type\":\"unsubscribe\",\"channel\":\"room:quick\"}");
            }
            bob.enter("room:quick");
            List<JsonNode> changes = ada.rest("room:quick");
            assertThat(changes).isNotEmpty();
            for (int i = 0; i < changes.size(); i++) {
                assertThat(changes.get(i).path("type").asText())
                        .as("in turns, beginning and ending with joined: " + changes)
                        .isEqualTo(i % 2 == 0 ? "joined" : "left");
            }
            assertThat(changes.getLast().path("type").asText()).isEqualTo("joined");
            assertThat(ada.members("room:quick", "{}").path("count").asInt()).isEqualTo(2);
        }
    }

    @Test
    void losingThePermissionIsLeaving() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob =
                        PresenceClient.connect(server, Tokens.token("bob", "subscribe:room:*", "presence:room:*"))) {
            ada.enter("room:token");
            bob.enter("room:token");
            ada.expectJoined("room:token", bob);
            bob.client()
                    .ask("{\"type\":\"authenticate\",\"id\":\"a\",\"payload\":{\"token\":\""
                            + Tokens.token("bob", "subscribe:room:*") + "\"}}");
            JsonNode told = bob.client().expectError("forbidden");
            assertThat(told.path("channel").asText()).isEqualTo("room:token");
            assertThat(told.at("/payload/message").asText()).contains("presence");
            ada.expectLeft("room:token", bob);
            ada.client().publish("room:token", "still.subscribed", "1");
            bob.client().expect("message");
            bob.client()
                    .ask("{\"type\":\"subscribe\",\"id\":\"s\",\"channel\":\"room:token\","
                            + "\"payload\":{\"presence\":true}}");
            assertThat(ada.members("room:token", "{}").path("count").asInt()).isEqualTo(1);
        }
    }

    @Test
    void losingTheSubscriptionIsLeaving() {
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = connect("bob")) {
            ada.enter("room:lost");
            bob.enter("room:lost");
            ada.expectJoined("room:lost", bob);
            bob.client()
                    .ask("{\"type\":\"authenticate\",\"id\":\"a\",\"payload\":{\"token\":\""
                            + Tokens.token("bob", "presence:room:*") + "\"}}");
            bob.client().expectError("forbidden");
            ada.expectLeft("room:lost", bob);
        }
    }

    @Test
    void theTokensInfoIsShown() {
        Map<String, Object> claims = Tokens.claims("bob", "*:*");
        claims.put("info", Map.of("name", "Bob ü", "rank", 1.5));
        try (PresenceClient ada = connect("ada");
                PresenceClient bob = PresenceClient.connect(server, Tokens.sign(claims))) {
            ada.enter("room:info");
            bob.enter("room:info");
            JsonNode joined = ada.expectJoined("room:info", bob);
            JsonNode info = WsClient.parse("{\"name\":\"Bob ü\",\"rank\":1.5}");
            assertThat(joined.at("/payload/info")).isEqualTo(info);
            assertThat(json(rest("room:info", "", "*:*")).path("members"))
                    .extracting(each -> each.path("info"))
                    .contains(info);
            ada.leave("room:info");
            assertThat(bob.expectLeft("room:info", ada).at("/payload/info").isMissingNode())
                    .isTrue();
        }
        claims.put("info", "x".repeat(1100));
        assertThat(server.send(server.request("/api/v1/permissions?verb=presence&channel=a:1", Tokens.sign(claims))
                                .build())
                        .body())
                .contains("unauthenticated")
                .contains("info");
    }

    @Test
    void aListingIsBoundedAndGoesOn() {
        PresenceClient[] clients = new PresenceClient[5];
        try {
            for (int i = 0; i < clients.length; i++) {
                clients[i] = connect("s" + i);
                clients[i].enter("room:pages");
            }
            try (PresenceClient outside = connect("outside")) {
                for (PresenceClient asking : List.of(clients[0], outside)) {
                    JsonNode first = asking.members("room:pages", "{\"limit\":3}");
                    assertThat(first.path("members")).hasSize(3);
                    assertThat(first.path("count").asInt()).isEqualTo(5);
                    String next = first.path("next").asText();
                    assertThat(next).isEqualTo(first.at("/members/2/connection").asText());
                    JsonNode second = asking.members("room:pages", "{\"limit\":3,\"after\":\"" + next + "\"}");
                    assertThat(second.path("members")).hasSize(2);
                    assertThat(second.path("next").isMissingNode()).isTrue();
                    JsonNode none = asking.members("room:pages", "{\"limit\":0}");
                    assertThat(none.path("members")).isEmpty();
                    assertThat(none.path("count").asInt()).isEqualTo(5);
                    assertThat(none.path("next").isMissingNode()).isTrue();
                }
            }
            JsonNode page = json(rest("room:pages", "?limit=4", "presence:room:*"));
            assertThat(page.path("members")).hasSize(4);
            JsonNode rest =
                    json(rest("room:pages", "?after=" + page.path("next").asText(), "presence:room:*"));
            assertThat(rest.path("members")).hasSize(1);
            assertThat(json(rest("room:pages", "?limit=0", "presence:room:*")).toString())
                    .isEqualTo("{\"members\":[],\"count\":5}");
        } finally {
            for (PresenceClient client : clients) {
                if (client != null) {
                    client.close();
                }
            }
        }
    }

    @Test
    void nobodyIsPresentWhereNobodyWantsToBe() {
        try (PresenceClient ada = connect("ada")) {
            ada.client().subscribe("room:alone");
            assertThat(ada.members("room:alone", "{}").path("count").asInt()).isZero();
            assertThat(json(rest("room:alone", "", "*:*")).toString()).isEqualTo("{\"members\":[],\"count\":0}");
        }
    }

    @Test
    void tenantsSeeNothingOfEachOther() {
        try (PresenceClient ada = connect("ada");
                PresenceClient other = PresenceClient.connect(server, Tokens.tenantToken("other", "eve", "*:*"))) {
            ada.enter("room:tenant");
            other.enter("room:tenant");
            assertThat(ada.members("room:tenant", "{}").path("members")).hasSize(1);
            assertThat(other.members("room:tenant", "{}").path("members")).hasSize(1);
            other.leave("room:tenant");
            assertThat(ada.rest("room:tenant")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"a:*\",\"payload\":{\"presence\":true}}|"
                        + "invalid_message|pattern",
                "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"a:1\",\"payload\":{\"presence\":1}}|"
                        + "invalid_message|true or false",
                "{\"type\":\"presence\",\"id\":\"1\",\"channel\":\"a:*\"}|invalid_channel|channel",
                "{\"type\":\"presence\",\"id\":\"1\"}|invalid_channel|missing",
                "{\"type\":\"presence\",\"id\":\"1\",\"channel\":\"a:1\",\"payload\":{\"limit\":1001}}|"
                        + "invalid_message|0 to 1000",
                "{\"type\":\"presence\",\"id\":\"1\",\"channel\":\"a:1\",\"payload\":{\"limit\":-1}}|"
                        + "invalid_message|0 to 1000",
                "{\"type\":\"presence\",\"id\":\"1\",\"channel\":\"a:1\",\"payload\":{\"after\":7}}|"
                        + "invalid_message|after",
            })
    void whatCannotBeIsRefusedAndSaysWhy(String message, String code, String why) {
        try (PresenceClient ada = connect("ada")) {
            JsonNode refused = ada.client().ask(message);
            assertThat(refused.at("/payload/code").asText())
                    .as(refused.toString())
                    .isEqualTo(code);
            assertThat(refused.at("/payload/message").asText()).contains(why);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe:room:*", "presence:room:*", "*:other:*"})
    void bothPermissionsAreNeededToBePresent(String permission) {
        try (PresenceClient eve = PresenceClient.connect(server, Tokens.token("eve", permission))) {
            JsonNode refused = eve.client()
                    .ask(
                            "{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"room:p\",\"payload\":{\"presence\":true}}");
            assertThat(refused.at("/payload/code").asText()).isEqualTo("forbidden");
            JsonNode plain =
                    eve.client().ask("{\"type\":\"subscribe\",\"id\":\"2\",\"channel\":\"room:p\",\"payload\":{}}");
            assertThat(plain.path("type").asText())
                    .isEqualTo(permission.startsWith("subscribe") ? "subscribed" : "error");
            JsonNode asked = eve.client().ask("{\"type\":\"presence\",\"id\":\"3\",\"channel\":\"room:p\"}");
            assertThat(asked.path("type").asText()).isEqualTo(permission.startsWith("presence") ? "presence" : "error");
            assertThat(rest("room:p", "", permission).statusCode())
                    .isEqualTo(permission.startsWith("presence") ? 200 : 403);
        }
    }

    @ParameterizedTest
    @CsvSource({"room:1,?limit=1001,400", "room:1,?limit=x,400", "Room:1,'',400", "room:*,'',400"})
    void restRefusesWhatCannotBe(String channel, String query, int status) {
        HttpResponse<String> response = rest(channel, query, "*:*");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    private static HttpResponse<String> rest(String channel, String query, String permission) {
        return server.send(
                server.request("/api/v1/channels/" + channel + "/presence" + query, Tokens.token("rest", permission))
                        .build());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return WsClient.parse(response.body());
    }
}
