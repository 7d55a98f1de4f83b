package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands on one instance: from sockets and REST to sockets. Each test has channels of its own. */
class CommandIT {
    private static final String PING = "{\"name\":\"ping\"}";
    private static final String OK = "{\"status\":\"ok\"}";

    private static TidingsServer server;
    private final List<CommandClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.messages-per-second", "100000",
                "tidings.limits.burst", "100000",
                "tidings.limits.connections-per-subject", "1000",
                "tidings.limits.handlers-per-connection", "3",
                "tidings.limits.commands-per-caller", "12",
                "tidings.limits.commands-per-handler", "5",
                "tidings.channels.secret.command-audit", "off",
                "tidings.channels.open.command-audit", "full"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(CommandClient::close);
    }

    private CommandClient connect(String token) {
        CommandClient client = CommandClient.connect(server, token);
        clients.add(client);
        return client;
    }

    private CommandClient connect() {
        return connect(Tokens.token("ada", "*:*"));
    }

    private CommandClient handler(String target) {
        return connect(Tokens.token("bob", "*:*")).handle(target);
    }

    private static HttpResponse<String> post(String channel, String body) {
        return post(channel, Tokens.token("rest", "*:*"), body);
    }

    private static HttpResponse<String> post(String channel, String token, String body) {
        return server.post("/api/v1/channels/" + channel + "/commands", token, body);
    }

    private static CompletableFuture<HttpResponse<String>> posting(String channel, String body) {
        return CompletableFuture.supplyAsync(() -> post(channel, body));
    }

    private static String code(JsonNode message) {
        assertThat(message.path("type").asText()).as(message.toString()).isEqualTo("error");
        return message.at("/payload/code").asText();
    }

    @Test
    void aCommandGoesToItsHandlerAndTheAnswerBack() {
        CommandClient bob = handler("agent:1");
        CommandClient ada = connect();
        ada.give(
                "7",
                "agent:1",
                "{\"name\":\"restart\",\"args\":{\"force\":true,\"at\":123456789012345678901234567890}}");
        JsonNode command = bob.take();
        assertThat(command.path("channel").asText()).isEqualTo("agent:1");
        assertThat(command.path("from").asText()).isEqualTo("ada");
        assertThat(command.at("/payload/name").asText()).isEqualTo("restart");
        assertThat(command.at("/payload/args").toString())
                .isEqualTo("{\"force\":true,\"at\":123456789012345678901234567890}");
        assertThat(command.path("timestamp").isIntegralNumber()).isTrue();
        bob.answer(command, "{\"status\":\"ok\",\"result\":{\"pid\":4711}}");
        JsonNode response = ada.client().expect("command_response");
        assertThat(response.path("id").asText()).isEqualTo("7");
        assertThat(response.path("channel").asText()).isEqualTo("agent:1");
        assertThat(response.path("payload"))
                .isEqualTo(WsClient.parse(
                        "{\"command\":" + command.path("id") + ",\"status\":\"ok\",\"result\":{\"pid\":4711}}"));
        assertThat(bob.client().heardSoFar()).as("a result has no reply").isEmpty();
        assertThat(ada.client().heardSoFar()).as("one answer").isEmpty();
    }

    @Test
    void whatAHandlerSaysIsPassedOnAsItIs() {
        CommandClient bob = handler("agent:2");
        CommandClient ada = connect();
        Map<String, String> answers = Map.of(
                "{\"status\":\"error\",\"error\":{\"code\":\"busy\",\"left\":3}}",
                        "{\"status\":\"error\",\"error\":{\"code\":\"busy\",\"left\":3}}",
                "{\"status\":\"error\",\"error\":\"no\"}", "{\"status\":\"error\",\"error\":\"no\"}",
                "{\"status\":\"error\"}", "{\"status\":\"error\"}",
                "{\"status\":\"ok\",\"result\":null,\"more\":1}", "{\"status\":\"ok\"}",
                "{\"status\":\"ok\",\"result\":[1,2]}", "{\"status\":\"ok\",\"result\":[1,2]}");
        answers.forEach((said, heard) -> {
            ada.give("1", "agent:2", PING);
            JsonNode command = bob.take();
            assertThat(command.at("/payload/args").isNull()).isTrue();
            bob.answer(command, said);
            JsonNode payload = ada.response("1");
            ((com.fasterxml.jackson.databind.node.ObjectNode) payload).remove("command");
            assertThat(payload).isEqualTo(WsClient.parse(heard));
        });
    }

    @Test
    void restIsAnsweredAlike() {
        CommandClient bob = handler("agent:3");
        CompletableFuture<HttpResponse<String>> posting = posting("agent:3", "{\"name\":\"go\",\"args\":[1]}");
        JsonNode command = bob.take();
        assertThat(command.path("from").asText()).isEqualTo("rest");
        bob.answer(command, "{\"status\":\"ok\",\"result\":\"gone\"}");
        HttpResponse<String> answer = posting.join();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(WsClient.parse(answer.body()))
                .isEqualTo(WsClient.parse(
                        "{\"command\":" + command.path("id") + ",\"status\":\"ok\",\"result\":\"gone\"}"));
        CompletableFuture<HttpResponse<String>> failing = posting("agent:3", PING);
        bob.answer(bob.take(), "{\"status\":\"error\",\"error\":\"no\"}");
        assertThat(failing.join().statusCode()).isEqualTo(200);
        assertThat(WsClient.parse(failing.join().body()).path("error").asText()).isEqualTo("no");
    }

    @Test
    void whereNobodyHandlesNothingIsDone() {
        CommandClient ada = connect();
        JsonNode reply = ada.command("agent:4", PING);
        assertThat(code(reply)).isEqualTo("no_handler");
        assertThat(reply.path("channel").asText()).isEqualTo("agent:4");
        HttpResponse<String> answer = post("agent:4", PING);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(WsClient.parse(answer.body()).path("code").asText()).isEqualTo("no_handler");
        CommandClient bob = handler("agent:4");
        bob.handle("agent:4");
        bob.unhandle("agent:4");
        bob.unhandle("agent:4");
        assertThat(code(ada.command("agent:4", PING))).isEqualTo("no_handler");
        assertThat(events("agent:4")).as("nothing was written down").isEmpty();
    }

    @Test
    void afterUnhandleWhatWasGivenBeforeCanStillBeAnswered() {
        CommandClient bob = handler("agent:5");
        CommandClient ada = connect();
        ada.give("1", "agent:5", PING);
        JsonNode command = bob.take();
        bob.unhandle("agent:5");
        bob.answer(command, OK);
        assertThat(ada.response("1").path("status").asText()).isEqualTo("ok");
    }

    @Test
    void aHandlerThatIsTooSlowHasTimedOutAndIsTold() {
        CommandClient bob = handler("agent:6");
        CommandClient ada = connect();
        JsonNode reply = ada.command("agent:6", "{\"name\":\"ping\",\"timeout_ms\":1}");
        assertThat(reply.path("type").asText()).isEqualTo("command_response");
        assertThat(reply.at("/payload/status").asText()).isEqualTo("timeout");
        assertThat(reply.at("/payload/error/code").asText()).isEqualTo("timeout");
        HttpResponse<String> answer = post("agent:6", "{\"name\":\"ping\",\"timeout_ms\":30}");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(WsClient.parse(answer.body()).path("code").asText()).isEqualTo("timeout");
        // The first may have been over before anybody could be given it.
        List<JsonNode> taken = new ArrayList<>();
        Awaitility.await().until(() -> {
            taken.addAll(bob.client().heard());
            return taken.stream().anyMatch(each -> each.path("from").asText().equals("rest"));
        });
        for (JsonNode each : taken) {
            String result = CommandClient.result(each.path("id").asText(), "late", OK);
            Awaitility.await().until(() -> code(bob.client().ask(result)).equals("not_found"));
        }
        assertThat(ada.client().heardSoFar()).isEmpty();
    }

    @Test
    void onlyTheConnectionThatWasGivenACommandCanAnswerItAndOnlyOnce() {
        CommandClient bob = handler("agent:7");
        CommandClient ada = connect();
        ada.give("1", "agent:7", PING);
        JsonNode command = bob.take();
        CommandClient other = handler("agent:7");
        CommandClient powerless = connect(Tokens.token("eve"));
        String forged =
                CommandClient.result(command.path("id").asText(), "f", "{\"status\":\"ok\",\"result\":\"forged\"}");
        for (CommandClient forger : List.of(other, powerless, ada)) {
            assertThat(code(forger.client().ask(forged))).isEqualTo("not_found");
        }
        assertThat(ada.client().heardSoFar()).isEmpty();
        bob.answer(command, "{\"status\":\"ok\",\"result\":\"true\"}");
        assertThat(ada.response("1").path("result").asText()).isEqualTo("true");
        assertThat(code(bob.client().ask(forged))).isEqualTo("not_found");
        assertThat(ada.client().heardSoFar()).isEmpty();
        bob.client().send(CommandClient.result("nonsense", null, OK));
        assertThat(bob.client().expectError("not_found").has("id")).isFalse();
    }

    @Test
    void aHandlerThatGoesMidCommandIsAnError() {
        CommandClient bob = handler("agent:8");
        CommandClient ada = connect();
        ada.give("1", "agent:8", PING);
        bob.take();
        CompletableFuture<HttpResponse<String>> posting = posting("agent:8", PING);
        bob.take();
        bob.close();
        JsonNode payload = ada.response("1");
        assertThat(payload.path("status").asText()).isEqualTo("error");
        assertThat(payload.at("/error/code").asText()).isEqualTo("handler_gone");
        assertThat(posting.join().statusCode()).isEqualTo(200);
        assertThat(WsClient.parse(posting.join().body()).path("status").asText())
                .isEqualTo("error");
        assertThat(code(ada.command("agent:8", PING))).isEqualTo("no_handler");
    }

    @Test
    void aCallerThatGoesDisturbsNobody() {
        CommandClient bob = handler("agent:9");
        CommandClient ada = connect();
        ada.give("1", "agent:9", PING);
        JsonNode command = bob.take();
        ada.close();
        bob.answer(command, OK);
        awaitEvents("agent:9", "command.completed", 1);
        assertThat(bob.client().heardSoFar()).isEmpty();
    }

    @Test
    void permissionsAreNeeded() {
        handler("agent:10");
        CommandClient weak =
                connect(Tokens.token("eve", "command:other:1", "handle:agent:1*", "subscribe:*", "publish:*"));
        String there = code(weak.command("agent:10", PING));
        assertThat(there).isEqualTo(code(weak.command("agent:none", PING))).isEqualTo("forbidden");
        assertThat(code(weak.client().ask(CommandClient.message("handle", "1", "agent:*", null))))
                .isEqualTo("forbidden");
        assertThat(code(weak.client().ask(CommandClient.message("handle", "1", "agent:2", null))))
                .isEqualTo("forbidden");
        weak.handle("agent:1*");
        String token = Tokens.token("weak", "handle:agent:*");
        assertThat(post("agent:10", token, PING).statusCode()).isEqualTo(403);
        assertThat(post("agent:none", token, PING).statusCode()).isEqualTo(403);
        assertThat(post("agent:10", "nonsense", PING).statusCode()).isEqualTo(401);
    }

    @Test
    void aNewerTokenThatDoesNotPermitItEndsHandling() {
        CommandClient bob = handler("agent:11");
        bob.handle("agent:12");
        CommandClient ada = connect();
        ada.give("1", "agent:11", PING);
        JsonNode command = bob.take();
        bob.client()
                .send("{\"type\":\"authenticate\",\"id\":\"t\",\"payload\":{\"token\":\""
                        + Tokens.token("bob", "handle:agent:12") + "\"}}");
        bob.client().expect("authenticated");
        assertThat(bob.client().expectError("forbidden").path("channel").asText())
                .isEqualTo("agent:11");
        assertThat(ada.response("1").at("/error/code").asText()).isEqualTo("handler_gone");
        assertThat(code(bob.client().ask(CommandClient.result(command.path("id").asText(), "x", OK))))
                .isEqualTo("not_found");
        assertThat(code(ada.command("agent:11", PING))).isEqualTo("no_handler");
        ada.give("2", "agent:12", PING);
        bob.answer(bob.take(), OK);
        assertThat(ada.response("2").path("status").asText()).isEqualTo("ok");
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        CommandClient bob = handler("agent:13");
        CommandClient stranger = connect(Tokens.tenantToken("other", "ada", "*:*"));
        assertThat(code(stranger.command("agent:13", PING))).isEqualTo("no_handler");
        stranger.handle("agent:*");
        CommandClient ada = connect();
        ada.give("1", "agent:13", PING);
        JsonNode command = bob.take();
        assertThat(code(stranger.client()
                        .ask(CommandClient.result(command.path("id").asText(), "x", OK))))
                .isEqualTo("not_found");
        assertThat(stranger.client().heardSoFar()).isEmpty();
        bob.answer(command, OK);
        ada.response("1");
    }

    @Test
    void allWhoseHandlersMatchShareTheLoad() {
        List<CommandClient> handlers = List.of(handler("job:1"), handler("job:*"), handler("job:1*"), handler("job:1"));
        handlers.getFirst().handle("job:*");
        handler("job:2");
        handler("jobs:*");
        CommandClient ada = connect();
        IntStream.range(0, 12).forEach(i -> ada.give("g" + i, "job:1", PING));
        Map<CommandClient, List<JsonNode>> taken = new HashMap<>();
        for (CommandClient each : handlers) {
            taken.put(each, IntStream.range(0, 3).mapToObj(i -> each.take()).toList());
        }
        taken.forEach((handler, commands) -> commands.forEach(each -> handler.answer(each, OK)));
        IntStream.range(0, 12)
                .forEach(i -> assertThat(ada.client()
                                .expect("command_response")
                                .at("/payload/status")
                                .asText())
                        .isEqualTo("ok"));
        // One after the other they take turns.
        for (int i = 0; i < 8; i++) {
            ada.give("t" + i, "job:1", PING);
            CommandClient next = Awaitility.await()
                    .until(
                            () -> handlers.stream()
                                    .filter(each -> answeredOne(each))
                                    .findFirst()
                                    .orElse(null),
                            found -> found != null);
            taken.merge(next, List.of(), (before, none) -> before.subList(0, before.size() - 1));
            ada.response("t" + i);
        }
        assertThat(taken.values()).allSatisfy(left -> assertThat(left).hasSize(1));
        clients.forEach(each -> assertThat(each.client().heard()).isEmpty());
    }

    private static boolean answeredOne(CommandClient handler) {
        List<JsonNode> heard = handler.client().heard();
        heard.forEach(each -> handler.answer(each, OK));
        return !heard.isEmpty();
    }

    @Test
    void limitsHold() {
        CommandClient bob = handler("limit:1");
        bob.handle("limit:2").handle("limit:3").handle("limit:1");
        JsonNode fourth = bob.client().ask(CommandClient.message("handle", "4", "limit:4", null));
        assertThat(code(fourth)).isEqualTo("too_many_subscriptions");
        assertThat(fourth.at("/payload/message").asText()).contains("at most 3");
        bob.unhandle("limit:2");
        bob.handle("limit:4");

        CommandClient ada = connect();
        IntStream.range(0, 5).forEach(i -> ada.give("b" + i, "limit:1", PING));
        List<JsonNode> taken = IntStream.range(0, 5).mapToObj(i -> bob.take()).toList();
        assertThat(code(ada.command("limit:1", PING))).as("a sixth").isEqualTo("unavailable");
        assertThat(post("limit:1", PING).statusCode()).isEqualTo(503);
        CommandClient cid = handler("limit:1");
        IntStream.range(5, 10).forEach(i -> ada.give("b" + i, "limit:1", PING));
        List<JsonNode> cids = IntStream.range(0, 5).mapToObj(i -> cid.take()).toList();
        CommandClient dan = handler("limit:1");
        ada.give("b10", "limit:1", PING);
        ada.give("b11", "limit:1", PING);
        List<JsonNode> dans = List.of(dan.take(), dan.take());
        JsonNode tooMany = ada.command("limit:1", PING);
        assertThat(code(tooMany)).isEqualTo("rate_limited");
        assertThat(tooMany.at("/payload/message").asText()).contains("at most 12");
        taken.forEach(each -> bob.answer(each, OK));
        cids.forEach(each -> cid.answer(each, OK));
        dans.forEach(each -> dan.answer(each, OK));
        IntStream.range(0, 12).forEach(i -> ada.client().expect("command_response"));
        ada.give("again", "limit:1", PING);
        assertThat(Awaitility.await()
                        .until(() -> List.of(bob, cid, dan).stream().anyMatch(CommandIT::answeredOne), v -> v))
                .isTrue();
        ada.response("again");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"command","id":"1"}                                                      | invalid_channel | channel
            {"type":"command","id":"1","channel":5}                                          | invalid_message | channel is a string
            {"type":"command","id":"1","channel":"Bad Name","payload":{"name":"a"}}          | invalid_channel | not a channel
            {"type":"command","id":"1","channel":"agent:*","payload":{"name":"a"}}           | invalid_channel | not a channel
            {"type":"command","id":"1","channel":"a:1"}                                      | invalid_message | name
            {"type":"command","id":"1","channel":"a:1","payload":[]}                         | invalid_message | payload is an object
            {"type":"command","id":"1","channel":"a:1","payload":{"name":7}}                 | invalid_message | name
            {"type":"command","id":"1","channel":"a:1","payload":{"name":""}}                | invalid_message | 1 to 128
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a b"}}             | invalid_message | space
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a\\n"}}            | invalid_message | control
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a","timeout_ms":0}}      | invalid_message | 1 to 300000
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a","timeout_ms":300001}} | invalid_message | 1 to 300000
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a","timeout_ms":1.5}}    | invalid_message | whole number
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a","timeout_ms":"9"}}    | invalid_message | whole number
            {"type":"command","id":"1","channel":"a:1","payload":{"name":"a","timeout_ms":1e99}}   | invalid_message | whole number
            {"type":"handle","id":"1"}                                                       | invalid_channel | channel
            {"type":"handle","id":"1","channel":"*"}                                         | invalid_channel | not a channel
            {"type":"handle","id":"1","channel":{}}                                          | invalid_message | channel is a string
            {"type":"unhandle","id":"1","channel":"a:"}                                      | invalid_channel | not a channel
            {"type":"command_result","id":"1","payload":{"status":"ok"}}                     | invalid_message | command is missing
            {"type":"command_result","id":"1","command":{},"payload":{"status":"ok"}}        | invalid_message | command is a string
            {"type":"command_result","id":"1","command":"x"}                                 | invalid_message | status
            {"type":"command_result","id":"1","command":"x","payload":{"status":"timeout"}}  | invalid_message | status
            {"type":"command_result","id":"1","command":"x","payload":{"status":true}}       | invalid_message | status
            {"type":"command_result","id":"1","command":"x","payload":{"status":"error","error":5}} | invalid_message | error is
            {"type":"command_result","id":"1","command":"x","payload":"ok"}                  | invalid_message | payload
            """)
    void badMessagesAreRefusedAndSayWhy(String message, String code, String why) {
        CommandClient ada = connect();
        JsonNode error = ada.client().ask(message);
        assertThat(code(error)).isEqualTo(code);
        assertThat(error.at("/payload/message").asText()).contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            agent:14 | {}                               | 400 | name
            agent:14 | []                               | 400 | a command is an object
            agent:14 | `"ping"`                         | 400 | a command is an object
            agent:14 | `{"name":"ping"`                 | 400 | not JSON
            agent:14 | {"name":"a","timeout_ms":-1}     | 400 | timeout_ms
            agent:14 | {"name":"a","timeout_ms":[]}     | 400 | timeout_ms
            agent:14 | {"name":["a"]}                   | 400 | name
            Agent:14 | {"name":"a"}                     | 400 | not a channel
            agent:*  | {"name":"a"}                     | 400 | not a channel
            """)
    void badBodiesAreRefusedAndSayWhy(String channel, String body, int status, String why) {
        HttpResponse<String> answer = post(channel, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(WsClient.parse(answer.body()).path("detail").asText()).contains(why);
    }

    @Test
    void namesMayBeOf128CharactersAndBodiesOfAMegabyte() {
        CommandClient bob = handler("agent:15");
        String name = "n".repeat(128);
        CompletableFuture<HttpResponse<String>> posting = posting("agent:15", "{\"name\":\"" + name + "\"}");
        JsonNode command = bob.take();
        assertThat(command.at("/payload/name").asText()).isEqualTo(name);
        bob.answer(command, OK);
        posting.join();
        assertThat(post("agent:15", "{\"name\":\"" + name + "n\"}").statusCode())
                .isEqualTo(400);
        String large = "{\"name\":\"a\",\"args\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThat(post("agent:15", large).statusCode()).isEqualTo(413);
    }

    @Test
    void commandsAreWrittenDownWithoutWhatTheyAreGiven() {
        CommandClient bob = handler("audit:1");
        CommandClient ada = connect();
        ada.give("1", "audit:1", "{\"name\":\"login\",\"args\":{\"password\":\"s3cret\"}}");
        JsonNode command = bob.take();
        String id = command.path("id").asText();
        assertThat(events("audit:1")).as("before the handler has it").hasSize(1);
        JsonNode published = bob.client()
                .ask("{\"type\":\"publish\",\"id\":\"p\",\"channel\":\"audit:1\",\"event\":\"login.done\",\"cause\":\""
                        + id + "\"}");
        assertThat(published.path("type").asText()).isEqualTo("published");
        bob.answer(command, "{\"status\":\"ok\",\"result\":\"s3cret\"}");
        assertThat(ada.response("1").path("command").asText()).isEqualTo(id);
        List<JsonNode> events = awaitEvents("audit:1", "command.completed", 1);
        assertThat(events)
                .extracting(each -> each.path("event").asText())
                .containsExactly("command.requested", "login.done", "command.completed");
        assertThat(events)
                .allSatisfy(each -> assertThat(each.path("cause").asText()).isEqualTo(id));
        assertThat(events.getFirst().path("payload"))
                .isEqualTo(WsClient.parse("{\"command\":\"" + id + "\",\"name\":\"login\",\"from\":\"ada\"}"));
        JsonNode completed = events.getLast().path("payload");
        assertThat(completed.path("status").asText()).isEqualTo("ok");
        assertThat(completed.path("handler").asText()).isEqualTo("bob");
        assertThat(completed.path("duration_ms").asLong()).isNotNegative();
        assertThat(events.toString()).doesNotContain("s3cret");
    }

    @Test
    void timeoutsAndFailuresAreWrittenDownToo() {
        handler("audit:2");
        connect().command("audit:2", "{\"name\":\"ping\",\"timeout_ms\":1}");
        JsonNode completed = awaitEvents("audit:2", "command.completed", 1).getLast();
        assertThat(completed.at("/payload/status").asText()).isEqualTo("timeout");
        assertThat(completed.at("/payload").has("handler")).isFalse();
    }

    @Test
    void aNamespaceMayWriteDownAllOrNothing() {
        CommandClient bob = handler("open:1");
        bob.handle("secret:1");
        CommandClient ada = connect();
        for (String channel : List.of("open:1", "secret:1")) {
            ada.give("1", channel, "{\"name\":\"say\",\"args\":{\"word\":\"this\"}}");
            bob.answer(bob.take(), "{\"status\":\"error\",\"result\":1.50,\"error\":\"that\"}");
            ada.response("1");
        }
        List<JsonNode> events = awaitEvents("open:1", "command.completed", 1);
        assertThat(events.getFirst().at("/payload/args/word").asText()).isEqualTo("this");
        assertThat(events.getLast().at("/payload/error").asText()).isEqualTo("that");
        assertThat(events.getLast().at("/payload/result").toString()).isEqualTo("1.5");
        assertThat(events("secret:1")).isEmpty();
    }

    private static List<JsonNode> events(String channel) {
        HttpResponse<String> answer =
                server.send(server.request("/api/v1/channels/" + channel + "/events", Tokens.token("r", "*:*"))
                        .build());
        List<JsonNode> events = new ArrayList<>();
        WsClient.parse(answer.body()).path("events").forEach(events::add);
        return events;
    }

    private static List<JsonNode> awaitEvents(String channel, String type, int count) {
        return Awaitility.await()
                .until(
                        () -> events(channel),
                        events -> events.stream()
                                        .filter(each ->
                                                each.path("event").asText().equals(type))
                                        .count()
                                == count);
    }
}
