package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands from one instance to handlers on others. */
class CommandClusterIT {
    private static final String PING = "{\"name\":\"ping\",\"timeout_ms\":60000}";
    private static final String OK = "{\"status\":\"ok\"}";

    private final List<TidingsServer> servers = new ArrayList<>();
    private final List<CommandClient> clients = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void startRedis() {
        assumeTrue(RedisServer.isInstalled(), "skipped: there is no redis-server on the path");
        redis = RedisServer.startDurable();
    }

    @AfterEach
    void stop() {
        clients.forEach(CommandClient::close);
        servers.forEach(TidingsServer::close);
        if (redis != null) {
            redis.close();
        }
    }

    private TidingsServer start() {
        start(1);
        return servers.getLast();
    }

    private void start(int count) {
        Map<String, String> settings = new HashMap<>();
        settings.put("tidings.log.backend", "redis");
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
        settings.put("tidings.limits.messages-per-second", "1000000");
        settings.put("tidings.limits.burst", "1000000");
        settings.put("tidings.limits.connections-per-subject", "1000");
        servers.addAll(TidingsServer.start(settings, count));
    }

    private CommandClient connect(TidingsServer server) {
        CommandClient client = CommandClient.connect(server, Tokens.token("ada", "*:*"));
        clients.add(client);
        return client;
    }

    /** Gives commands until the handler gets one and its answer comes back: its caller's instance has learnt of it then. */
    private static void awaitHandled(CommandClient caller, CommandClient handler, String channel) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            caller.give("try", channel, "{\"name\":\"ping\",\"timeout_ms\":3000}");
            JsonNode payload = replyTo(caller, handler).path("payload");
            String status = payload.path("status").asText();
            if (status.equals("ok")) {
                return true;
            }
            // Nobody was given it; or somebody may have been, and cannot be reached; or it was lost with Redis on its
            // way.
            assertThat(
                            status.equals("timeout")
                                    ? status
                                    : payload.path("code").asText()
                                            + payload.at("/error/code").asText())
                    .as(payload.toString())
                    .isIn("no_handler", "unavailable", "handler_gone", "timeout");
            return false;
        });
    }

    /** The caller's reply, while the handler answers whatever it is given: also what the caller waits for no longer. */
    private static JsonNode replyTo(CommandClient caller, CommandClient handler) {
        List<JsonNode> replies = new ArrayList<>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    for (JsonNode heard : handler.client().heard()) {
                        if (heard.path("type").asText().equals("command")) {
                            handler.answer(heard, OK);
                        }
                    }
                    replies.addAll(caller.client().heard());
                    return !replies.isEmpty();
                });
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    @Test
    void aHandlerOnAnotherInstanceAnswers() {
        start(2);
        CommandClient bob = connect(servers.get(1)).handle("agent:*");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, bob, "agent:1");
        ada.give(
                "7", "agent:1", "{\"name\":\"go\",\"args\":{\"n\":123456789012345678901234567890,\"s\":\"ä\\u0000\"}}");
        JsonNode command = bob.take();
        assertThat(command.path("from").asText()).isEqualTo("ada");
        assertThat(command.path("channel").asText()).isEqualTo("agent:1");
        assertThat(command.at("/payload/args"))
                .isEqualTo(WsClient.parse("{\"n\":123456789012345678901234567890,\"s\":\"ä\\u0000\"}"));
        bob.answer(command, "{\"status\":\"error\",\"result\":[1],\"error\":{\"why\":\"x\"}}");
        JsonNode response = ada.response("7");
        assertThat(response.path("command")).isEqualTo(command.path("id"));
        assertThat(response.at("/error/why").asText()).isEqualTo("x");
        assertThat(response.path("result").toString()).isEqualTo("[1]");
        // Forged, on either instance.
        ada.give("8", "agent:1", PING);
        String id = bob.take().path("id").asText();
        for (TidingsServer server : servers) {
            JsonNode refused = connect(server).handle("agent:2").client().ask(CommandClient.result(id, "f", OK));
            assertThat(refused.at("/payload/code").asText()).isEqualTo("not_found");
        }
        bob.client().send(CommandClient.result(id, null, OK));
        ada.response("8");
        bob.unhandle("agent:*");
        Awaitility.await()
                .until(() -> ada.command("agent:1", PING).path("type").asText().equals("error"));
        assertThat(post(servers.get(0), "agent:1").statusCode()).isEqualTo(404);
    }

    private static java.net.http.HttpResponse<String> post(TidingsServer server, String channel) {
        return server.post("/api/v1/channels/" + channel + "/commands", Tokens.token("rest", "*:*"), PING);
    }

    @Test
    void anInstanceThatComesLaterKnowsWhatIsHandled() {
        TidingsServer first = start();
        CommandClient bob = connect(first).handle("agent:1");
        CommandClient ada = connect(start());
        awaitHandled(ada, bob, "agent:1");
    }

    @Test
    void handlersOnAllInstancesShareTheLoad() {
        start(3);
        List<CommandClient> handlers = List.of(
                connect(servers.get(0)), connect(servers.get(1)), connect(servers.get(1)), connect(servers.get(2)));
        handlers.forEach(each -> each.handle("job:*"));
        CommandClient ada = connect(servers.get(0));
        awaitAllKnown(ada, handlers);
        IntStream.range(0, 40).forEach(i -> ada.give("g" + i, "job:1", PING));
        // Nobody answers before all have been given: who is done sooner is given more.
        Map<CommandClient, List<JsonNode>> given = new LinkedHashMap<>();
        for (CommandClient each : handlers) {
            given.put(each, IntStream.range(0, 10).mapToObj(i -> each.take()).toList());
        }
        given.forEach((handler, commands) -> commands.forEach(command -> handler.answer(command, OK)));
        IntStream.range(0, 40)
                .forEach(i -> assertThat(ada.client()
                                .expect("command_response")
                                .at("/payload/status")
                                .asText())
                        .isEqualTo("ok"));
        handlers.forEach(each -> assertThat(each.client().heardSoFar()).isEmpty());
        assertThat(ada.client().heardSoFar()).isEmpty();
    }

    /** Gives commands, four at a time, until each handler has one of them. */
    private static void awaitAllKnown(CommandClient ada, List<CommandClient> handlers) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            IntStream.range(0, 4).forEach(i -> ada.give("k" + i, "job:1", PING));
            List<JsonNode> taken = new ArrayList<>();
            List<CommandClient> takers = new ArrayList<>();
            Awaitility.await().until(() -> {
                for (CommandClient each : handlers) {
                    List<JsonNode> heard = each.client().heard();
                    if (!heard.isEmpty()) {
                        takers.add(each);
                    }
                    heard.forEach(command -> each.answer(command, OK));
                    taken.addAll(heard);
                }
                return taken.size() == 4;
            });
            IntStream.range(0, 4).forEach(i -> ada.client().expect("command_response"));
            return takers.size() == 4;
        });
    }

    @Test
    void anInstanceThatIsKilledMidCommandIsAnErrorAndTheOthersGoOn() {
        start(3);
        CommandClient doomed = connect(servers.get(2)).handle("agent:1");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, doomed, "agent:1");
        ada.give("1", "agent:1", PING);
        doomed.take();
        servers.get(2).kill();
        long killed = System.nanoTime();
        JsonNode reply = ada.client().next(Duration.ofSeconds(20));
        System.out.printf(
                "a command to an instance that was killed ended after %d ms%n",
                (System.nanoTime() - killed) / 1_000_000);
        assertThat(reply.path("id").asText()).isEqualTo("1");
        assertThat(reply.at("/payload/status").asText()).isEqualTo("error");
        assertThat(reply.at("/payload/error/code").asText()).isEqualTo("handler_gone");
        assertThat(ada.command("agent:1", PING).at("/payload/code").asText()).isEqualTo("no_handler");
        CommandClient bob = connect(servers.get(1)).handle("agent:1");
        awaitHandled(ada, bob, "agent:1");
    }

    @Test
    void aHandlerThatGoesOnAnotherInstanceIsAnErrorAtOnce() {
        start(2);
        CommandClient bob = connect(servers.get(1)).handle("agent:1");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, bob, "agent:1");
        ada.give("1", "agent:1", PING);
        bob.take();
        bob.close();
        assertThat(ada.response("1").at("/error/code").asText()).isEqualTo("handler_gone");
    }

    @Test
    void anInstanceThatHangsIsGivenUpAndItsLateAnswerIsNobodysNews() throws Exception {
        start(2);
        CommandClient bob = connect(servers.get(1)).handle("agent:1");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, bob, "agent:1");
        ada.give("1", "agent:1", PING);
        JsonNode command = bob.take();
        signal("-STOP", servers.get(1));
        try {
            JsonNode reply = ada.client().next(Duration.ofSeconds(20));
            assertThat(reply.at("/payload/error/code").asText()).isEqualTo("handler_gone");
        } finally {
            signal("-CONT", servers.get(1));
        }
        bob.answer(command, OK);
        awaitHandled(ada, bob, "agent:1");
        assertThat(ada.client().heardSoFar()).as("the late answer").isEmpty();
    }

    @Test
    void withoutRedisACommandIsRefusedAndAfterwardsAllIsAsBefore() {
        start(2);
        CommandClient bob = connect(servers.get(1)).handle("agent:1");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, bob, "agent:1");
        redis.kill();
        JsonNode refused = ada.command("agent:1", PING);
        assertThat(refused.at("/payload/code").asText()).as(refused.toString()).isIn("unavailable", "no_handler");
        redis.restart();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> servers.stream().allMatch(TidingsServer::isReady));
        awaitHandled(ada, bob, "agent:1");
    }

    @Test
    void whatACallerOfAnInstanceThatIsKilledGaveIsWrittenDownAllTheSame() {
        start(2);
        CommandClient bob = connect(servers.get(1)).handle("agent:1");
        CommandClient ada = connect(servers.get(0));
        awaitHandled(ada, bob, "agent:1");
        ada.give("answered", "agent:1", PING);
        ada.give("late", "agent:1", PING);
        JsonNode answered = bob.take();
        JsonNode late = bob.take();
        servers.get(0).kill();
        bob.answer(answered, OK);
        awaitCompleted(bob, answered);
        bob.answer(late, OK);
        awaitCompleted(bob, late);
    }

    private static void awaitCompleted(CommandClient client, JsonNode command) {
        String history = "{\"type\":\"history\",\"id\":\"h\",\"channel\":\"agent:1\"}";
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            for (JsonNode event : client.client().ask(history).at("/payload/events")) {
                if (event.path("event").asText().equals("command.completed")
                        && event.path("cause").equals(command.path("id"))) {
                    return event.at("/payload/status").asText().equals("ok");
                }
            }
            return false;
        });
    }

    /** Not a bound, which depends on the machine: a figure for the documents. */
    @Test
    void roundTripsAreMeasured() {
        start(2);
        CommandClient ada = connect(servers.get(0));
        CommandClient near = connect(servers.get(0)).handle("near:1");
        CommandClient far = connect(servers.get(1)).handle("far:1");
        awaitHandled(ada, near, "near:1");
        awaitHandled(ada, far, "far:1");
        measure(ada, near, "near:1");
        measure(ada, far, "far:1");
        assertThat(ada.client().heardSoFar()).isEmpty();
    }

    private static void measure(CommandClient caller, CommandClient handler, String channel) {
        long[] nanos = new long[1000];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            caller.give("m", channel, PING);
            handler.answer(handler.take(), OK);
            caller.response("m");
            nanos[i] = System.nanoTime() - begun;
        }
        long[] settled =
                java.util.Arrays.stream(nanos, 200, nanos.length).sorted().toArray();
        System.out.printf(
                "command round trip to %s: median %d us, 99 %% below %d us%n",
                channel, settled[settled.length / 2] / 1000, settled[settled.length * 99 / 100] / 1000);
    }

    private static void signal(String name, TidingsServer server) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(
                                "kill", name, Long.toString(server.process().pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
