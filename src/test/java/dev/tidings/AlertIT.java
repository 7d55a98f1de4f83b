package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.AlertClient;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.Events;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alert rules as their users meet them: over REST, on a socket, and at a webhook. */
class AlertIT {
    private static final String HOT = "'condition':{'field':'/payload/temperature','op':'gt','value':80}";
    private static final String SECRET = "a-secret-of-the-webhook";

    private static Endpoint endpoint;
    private static TidingsServer server;
    private static AlertClient ada;

    @BeforeAll
    static void start() {
        endpoint = new Endpoint();
        server = TidingsServer.start(Map.of(
                "tidings.alerts.webhook-backoff", "10ms",
                "tidings.alerts.webhook-attempts", "3",
                "tidings.alerts.webhook-hosts", "127.0.0.1,hooks.example",
                "tidings.limits.alert-rules", "12",
                "tidings.channels.calm.history-size", "0"));
        ada = AlertClient.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        endpoint.close();
    }

    private static String rule(String pattern, String more) {
        return "{'pattern':'" + pattern + "'," + HOT + more + "}";
    }

    @Test
    void anAlertIsRaisedAcknowledgedAndCleared() {
        ada.putRule("life", rule("life:*", ",'severity':'critical'"));
        try (WsClient client = WsClient.connect(server)) {
            Events events = Events.of(client, "alert:life");
            String hot = ada.publish("life:1", "{'temperature':91.50}");
            JsonNode raised = events.await("alert:life", "alert.raised");
            assertThat(raised.path("cause").asText()).isEqualTo(hot);
            assertThat(raised.at("/payload/channel").asText()).isEqualTo("life:1");
            assertThat(raised.at("/payload/value").asDouble()).isEqualTo(91.5);
            JsonNode item = WsClient.parse(ada.get("?rule=life").body()).at("/items/0");
            assertThat(item.path("since")).isEqualTo(raised.at("/payload/since"));
            assertThat(item.path("raised_at")).isEqualTo(item.path("since"));
            assertThat(item.path("severity").asText()).isEqualTo("critical");
            assertThat(item.path("acknowledged").asBoolean()).isFalse();
            for (int twice = 0; twice < 2; twice++) {
                HttpResponse<String> answer = ada.post("/rules/life/acknowledge", "{'channel':'life:1'}");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(WsClient.parse(answer.body()).path("acknowledged").asBoolean())
                        .isTrue();
            }
            JsonNode acknowledged = events.await("alert:life", "alert.acknowledged");
            assertThat(acknowledged.path("cause")).isEqualTo(raised.path("id"));
            assertThat(acknowledged.at("/payload/by").asText()).isEqualTo("ada");
            assertThat(ada.get("?rule=life&acknowledged=false").body()).isEqualTo("{\"items\":[]}");
            ada.publish("life:1", "{'humidity':3}");
            String cool = ada.publish("life:1", "{'temperature':60}");
            JsonNode cleared = events.await("alert:life", "alert.cleared");
            assertThat(cleared.path("cause").asText()).isEqualTo(cool);
            assertThat(events.types("alert:life"))
                    .containsExactly("alert.raised", "alert.acknowledged", "alert.cleared");
            assertThat(ada.get("?rule=life").body()).isEqualTo("{\"items\":[]}");
            assertThat(ada.post("/rules/life/acknowledge", "{'channel':'life:1'}")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whatHoldsLongEnoughIsRaisedInTime() {
        ada.putRule("slow", rule("slow:*", ",'for':'PT1S'"));
        ada.publish("slow:1", "{'temperature':90}");
        ada.publish("slow:2", "{'temperature':90}");
        ada.publish("slow:2", "{'temperature':10}");
        await().until(() -> ada.told("slow").size() == 1);
        JsonNode raised = ada.told("slow").getFirst();
        assertThat(raised.at("/payload/channel").asText()).isEqualTo("slow:1");
        assertThat(raised.path("timestamp").asLong()
                        - raised.at("/payload/since").asLong())
                .isGreaterThanOrEqualTo(1000);
    }

    @Test
    void aRuleThatGoesOrTurnsAwayClears() {
        ada.putRule("gone", rule("gone:*", ""));
        ada.publish("gone:1", "{'temperature':90}");
        ada.publish("gone:2", "{'temperature':90}");
        await().until(() -> ada.told("gone").size() == 2);
        ada.putRule("gone", rule("gone:2", ",'severity':'info'"));
        await().until(() -> ada.types("gone", "gone:1").size() == 2);
        assertThat(ada.raised()).contains("gone gone:2").doesNotContain("gone gone:1");
        assertThat(ada.delete("gone").statusCode()).isEqualTo(200);
        await().until(() -> ada.types("gone", "gone:2").size() == 2);
        assertThat(ada.told("gone").getLast().at("/payload/reason").asText()).contains("not about this channel");
        assertThat(ada.delete("gone").statusCode()).isEqualTo(404);
        assertThat(ada.get("/rules/gone").statusCode()).isEqualTo(404);
        assertThat(ada.raised()).doesNotContain("gone gone:2");
    }

    @Test
    void whatWasBeforeARuleIsForTheDryRunOnly() {
        ada.publish("past:1", "{'temperature':90}");
        ada.publish("past:1", "{'temperature':10}");
        ada.publish("past:2", "{'temperature':90}");
        String rule = rule("past:*", "");
        JsonNode unsaved = WsClient.parse(ada.post("/rules/past/test", rule).body());
        assertThat(unsaved.path("items")).hasSize(3);
        assertThat(unsaved.at("/items/0/event").asText()).isEqualTo("alert.raised");
        assertThat(unsaved.path("channels").asInt()).isEqualTo(2);
        assertThat(unsaved.path("complete").asBoolean()).isTrue();
        assertThat(ada.post("/rules/past/test", "").statusCode()).isEqualTo(404);
        ada.putRule("past", rule);
        assertThat(WsClient.parse(ada.post("/rules/past/test", "").body())).isEqualTo(unsaved);
        ada.publish("past:3", "{'temperature':90}");
        await().until(() -> ada.told("past").size() == 1);
        assertThat(ada.types("past", "past:3")).containsExactly("alert.raised");
    }

    @Test
    void aWebhookIsCalledInOrderUntilItTakesIt() throws Exception {
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        endpoint.answer("/hook", exchange -> {
            bodies.add(exchange.getRequestBody().readAllBytes());
            Endpoint.respond(exchange, bodies.size() == 1 ? 503 : 204, "");
        });
        ada.putRule(
                "hook",
                rule(
                        "calm:*",
                        ",'webhook':{'url':'" + endpoint.url("/hook") + "?k=s3cret','secret':'" + SECRET + "'}"));
        ada.publish("calm:1", "{'temperature':90}");
        ada.publish("calm:1", "{'temperature':10}");
        await().until(() -> bodies.size() == 3);
        List<JsonNode> sent = bodies.stream()
                .map(body -> WsClient.parse(new String(body, StandardCharsets.UTF_8)))
                .toList();
        assertThat(sent)
                .extracting(body -> body.path("event").asText())
                .containsExactly("alert.raised", "alert.raised", "alert.cleared");
        assertThat(sent.get(0).path("id")).isEqualTo(sent.get(1).path("id"));
        assertThat(sent.get(1).path("rule").asText()).isEqualTo("hook");
        assertThat(sent.get(1).path("severity").asText()).isEqualTo("warning");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(endpoint.asked("/hook").getLast().headers().get("Tidings-signature"))
                .containsExactly("sha256=" + HexFormat.of().formatHex(mac.doFinal(bodies.getLast())));
        assertThat(ada.get("/rules/hook").body()).contains("\"signed\":true").doesNotContain(SECRET);
    }

    @Test
    void aWebhookThatNeverTakesItIsGivenUpAndTold() {
        endpoint.answer("/never", exchange -> Endpoint.respond(exchange, 500, "s3cret"));
        ada.putRule("never", rule("never:*", ",'webhook':'" + endpoint.url("/never") + "'"));
        ada.publish("never:1", "{'temperature':90}");
        await().until(() -> ada.types("never", "never:1").contains("alert.undelivered"));
        JsonNode undelivered = ada.told("never").getLast();
        assertThat(undelivered.at("/payload/reason").asText()).isEqualTo("the webhook answered with status 500");
        assertThat(undelivered.path("cause"))
                .isEqualTo(ada.told("never").getFirst().path("id"));
        assertThat(endpoint.asked("/never")).hasSize(3);
        await().until(() -> server.get("/q/metrics").body().contains("{outcome=\"given_up\"} 1.0"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [                                                      | 400 | not JSON
            []                                                     | 400 | a rule is an object
            {'pattern':'bad','condition':{'all':[]}}               | 400 | condition: all and any take
            {'pattern':'bad',HOT,'for':'1h'}                       | 400 | for: found
            {'pattern':'bad',HOT,'webhook':'http://10.0.0.1/'}     | 400 | allowed are 127.0.0.1 hooks.example
            {'pattern':'bad',HOT,'x':1}                            | 400 | a rule has no member "x"
            {'pattern':'bad','condition':{'field':'/payload/x','op':'gt','value':1,'foo':1}} | 400 | condition: a condition has no member "foo"
            {'pattern':'bad','condition':{'all':[{'field':'/patch/x','op':'gt','value':1}]}} | 400 | condition: no event has the field /patch/x
            {'pattern':'bad',HOT,'clear':{'field':'/payload/x','op':'lt','value':'70'}}      | 400 | clear: a string is never compared with a number: write 70
            {'pattern':'bad','condition':{'not':{'field':'/payload/x','op':'in','value':[]}}} | 400 | condition: nothing is in an empty list
            """)
    void whatIsNoRuleChangesNothing(String rule, int status, String detail) {
        HttpResponse<String> answer = ada.put("bad", rule.replace("HOT", HOT));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(WsClient.parse(answer.body()).path("detail").asText()).contains(detail);
        assertThat(ada.get("/rules/bad").statusCode()).isEqualTo(404);
    }

    @Test
    void badCallsAreRefused() {
        assertThat(ada.put("b%20d", rule("bad", "")).statusCode()).isEqualTo(400);
        assertThat(ada.put("a".repeat(65), rule("bad", "")).statusCode()).isEqualTo(400);
        assertThat(ada.put("bad", "{'pattern':'" + "a".repeat(70_000) + "'}").statusCode())
                .isEqualTo(413);
        for (String body : List.of("7", "{}", "{'channel':7}", "{'channel':'A'}", "{")) {
            assertThat(ada.post("/rules/life/acknowledge", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        for (String query : List.of("?severity=high", "?rule=a%2Fb", "?acknowledged=yes", "?limit=0", "?x=1")) {
            assertThat(ada.get(query).statusCode()).as(query).isEqualTo(400);
        }
    }

    @Test
    void noMoreIsShownOrDoneThanIsPermitted() {
        ada.putRule("mine", rule("mine:*", ""));
        ada.publish("mine:1", "{'temperature':90}");
        await().until(() -> ada.raised().contains("mine mine:1"));
        AlertClient reader = new AlertClient(server, Tokens.token("bob", "subscribe:alert:mine"));
        assertThat(reader.raised()).containsExactly("mine mine:1");
        assertThat(reader.get("/rules/mine").statusCode()).isEqualTo(200);
        for (String id : List.of("mine", "none")) {
            assertThat(reader.put(id, rule("mine:*", "")).statusCode()).isEqualTo(403);
            assertThat(reader.delete(id).statusCode()).isEqualTo(403);
            assertThat(reader.post("/rules/" + id + "/test", "").statusCode()).isEqualTo(403);
            assertThat(reader.post("/rules/" + id + "/acknowledge", "{'channel':'mine:1'}")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(reader.get("/rules/none").statusCode()).isEqualTo(403);
        AlertClient author =
                new AlertClient(server, Tokens.token("eve", "admin:alert:*", "subscribe:mine:1", "history:mine:1"));
        assertThat(author.put("eve", rule("mine:*", "")).statusCode()).isEqualTo(403);
        assertThat(author.post("/rules/eve/test", rule("mine:*", "")).statusCode())
                .isEqualTo(403);
        assertThat(author.post("/rules/mine/test", "").statusCode()).isEqualTo(403);
        assertThat(author.put("eve", rule("mine:1", "")).statusCode()).isEqualTo(200);
        assertThat(author.delete("eve").statusCode()).isEqualTo(200);
        AlertClient stranger = new AlertClient(server, Tokens.tenantToken("other", "ada", "*:*"));
        assertThat(stranger.raised()).isEmpty();
        assertThat(stranger.get("/rules").body()).isEqualTo("{\"items\":[]}");
        assertThat(stranger.get("/rules/mine").statusCode()).isEqualTo(404);
        assertThat(stranger.delete("mine").statusCode()).isEqualTo(404);
        stranger.putRule("mine", rule("mine:*", ""));
        stranger.publish("mine:2", "{'temperature':90}");
        await().until(() -> stranger.raised().contains("mine mine:2"));
        assertThat(ada.raised()).doesNotContain("mine mine:2");
    }

    @Test
    void pagesAndTheNumberOfRulesAreBounded() {
        AlertClient many = new AlertClient(server, Tokens.tenantToken("many", "ada", "*:*"));
        for (int i = 10; i < 22; i++) {
            many.putRule("r" + i, rule("many:*", ""));
        }
        HttpResponse<String> refused = many.put("r99", rule("many:*", ""));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(WsClient.parse(refused.body()).path("retryable").asBoolean()).isFalse();
        assertThat(WsClient.parse(refused.body()).path("detail").asText())
                .contains("12 rules", "tidings.limits.alert-rules");
        assertThat(many.put("r10", rule("many:*", ",'severity':'info'")).statusCode())
                .isEqualTo(200);
        many.publish("many:1", "{'temperature':90}");
        many.publish("many:2", "{'temperature':90}");
        await().until(() -> many.raised().size() == 24);
        JsonNode page = WsClient.parse(many.get("?limit=5").body());
        assertThat(page.path("items")).hasSize(5);
        assertThat(page.path("next").asText()).isEqualTo("r12/many:1");
        JsonNode next = WsClient.parse(
                many.get("?limit=1000&after=" + page.path("next").asText()).body());
        assertThat(next.path("items")).hasSize(19);
        assertThat(next.at("/items/0/channel").asText()).isEqualTo("many:2");
        assertThat(next.has("next")).isFalse();
        assertThat(WsClient.parse(many.get("/rules?limit=5").body())
                        .path("next")
                        .asText())
                .isEqualTo("r14");
        assertThat(WsClient.parse(many.get("?severity=info").body()).path("items"))
                .hasSize(2);
    }
}
