package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.Operator;
import dev.tidings.testing.SocketIoClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stock client of Socket.IO does, unmodified, against the packaged service. */
class SocketIoIT {
    private static final String ALL = Tokens.token("ada", "*:*");

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        Optional<String> missing = SocketIoClient.missing();
        missing.ifPresent(why -> System.err.println("SocketIoIT is skipped: " + why));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        server = TidingsServer.start(Map.of(
                "tidings.limits.connections-per-subject", "20",
                "tidings.limits.subscriptions-per-connection", "2",
                "tidings.auth.anonymous", "subscribe:project:open"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** All that the workflow visualizer does, by each of the ways a client may be reached. */
    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling", "polling,websocket"})
    void everyWayCarriesAll(String transports) {
        String project = "all-" + transports.replace(',', '-');
        try (SocketIoClient ada = SocketIoClient.start();
                SocketIoClient bob = SocketIoClient.start();
                WsClient nativeClient = WsClient.connect(server, ALL)) {
            ada.connect(server, ALL, transports.split(",", -1)).expect("connect");
            bob.connect(server, Tokens.token("bob", "*:*"), transports.split(",", -1))
                    .expect("connect");
            if (transports.contains(",")) {
                assertThat(ada.expect("upgrade").path("transport").asText()).isEqualTo("websocket");
            }
            String join = "{\"project_id\":\"" + project + "\"}";
            JsonNode ack = ada.ask("join_project", join);
            assertThat(ack.path("ok").asBoolean()).as(ack.toString()).isTrue();
            assertThat(ack.path("room").asText()).isEqualTo("project_" + project);
            assertThat(ada.event("joined").path("room").asText()).isEqualTo("project_" + project);
            bob.emit("join_project", join).event("joined");
            nativeClient.subscribe("project:" + project);

            patch(project, "{\"phase\":\"build\",\"done\":1}");
            patch(project, "{\"done\":2}");
            for (SocketIoClient each : List.of(ada, bob)) {
                assertThat(each.event("state_update").toString())
                        .isEqualTo("{\"project_id\":\"" + project + "\",\"state\":{\"phase\":\"build\",\"done\":1}}");
                assertThat(each.event("state_update").path("state").toString())
                        .isEqualTo("{\"phase\":\"build\",\"done\":2}");
            }
            JsonNode said = ada.ask("chat_message", "{\"text\":\"h\u00e9llo \ud83d\ude00\"}");
            assertThat(said.path("ok").asBoolean()).as(said.toString()).isTrue();
            JsonNode chat = bob.event("chat_message");
            assertThat(chat.path("text").asText()).isEqualTo("h\u00e9llo \ud83d\ude00");
            assertThat(chat.path("from").asText()).isEqualTo("ada");
            assertThat(chat.path("timestamp").asLong())
                    .isEqualTo(said.path("timestamp").asLong());
            assertThat(nativeClient.events(3).getLast().path("event").asText()).isEqualTo("chat.message");

            nativeClient.publish("project:" + project, "story.status.changed", "{\"story\":[1,{}]}");
            assertThat(ada.event("story.status.changed").toString()).isEqualTo("{\"story\":[1,{}]}");
            assertThat(ada.ask("leave_project", join).path("ok").asBoolean()).isTrue();
            assertThat(ada.event("left").path("room").asText()).isEqualTo("project_" + project);
            nativeClient.publish("project:" + project, "after.leaving", "{}");
            bob.event("after.leaving");
            assertThat(ada.ask("join_project", join).path("ok").asBoolean()).isTrue();
            assertThat(ada.event("state_update").path("state").path("done").asInt())
                    .isEqualTo(2);
            assertThat(ada.soFar())
                    .noneMatch(each -> each.path("event").asText().equals("after.leaving"));
        }
    }

    @Test
    void whatACommandCameToIsToldToTheWholeRoom() {
        try (SocketIoClient ada = SocketIoClient.start();
                SocketIoClient bob = SocketIoClient.start();
                WsClient other = WsClient.connect(server, ALL);
                CommandClient handler = CommandClient.connect(server, ALL)) {
            join(ada, "ada", "orders");
            join(bob, "bob", "orders");
            other.subscribe("project:orders");
            assertThat(ada.ask("command", "{\"command\":\"start\"}")
                            .path("code")
                            .asText())
                    .isEqualTo("no_handler");
            handler.handle("project:orders");
            ada.emit("command", "{\"command\":\"start\",\"args\":{\"n\":1}}");
            JsonNode given = handler.take();
            assertThat(given.at("/payload/name").asText()).isEqualTo("start");
            assertThat(given.at("/payload/args/n").asInt()).isEqualTo(1);
            assertThat(given.path("from").asText()).isEqualTo("ada");
            handler.answer(given, "{\"status\":\"ok\",\"result\":{\"started\":true}}");
            for (SocketIoClient each : List.of(ada, bob)) {
                JsonNode response = each.event("command_response");
                assertThat(response.path("command").asText()).isEqualTo("start");
                assertThat(response.path("status").asText()).isEqualTo("ok");
                assertThat(response.path("from").asText()).isEqualTo("ada");
                assertThat(response.path("project_id").asText()).isEqualTo("orders");
                assertThat(response.at("/result/started").asBoolean()).isTrue();
            }
            ada.emit("command", "{\"command\":\"stop\",\"project_id\":\"orders\"}");
            handler.answer(
                    handler.take(), "{\"status\":\"error\",\"error\":{\"code\":\"busy\",\"message\":\"not now\"}}");
            assertThat(bob.event("command_response").at("/error/code").asText()).isEqualTo("busy");
        }
    }

    @Test
    void aRefusedJoinIsAnErrorAndNoJoined() {
        try (SocketIoClient ada = SocketIoClient.start()) {
            ada.connect(server, Tokens.token("ada", "subscribe:project:mine", "subscribe:project:other"), "websocket")
                    .expect("connect");
            JsonNode ack = ada.ask("join_project", "{\"project_id\":\"theirs\"}");
            assertThat(ack.path("ok").asBoolean(true)).isFalse();
            assertThat(ack.path("code").asText()).isEqualTo("forbidden");
            JsonNode error = ada.event("error");
            assertThat(error.path("code").asText()).isEqualTo("forbidden");
            assertThat(error.path("event").asText()).isEqualTo("join_project");
            assertThat(ada.ask("join_project", "{\"project_id\":\"mine\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            assertThat(ada.ask("chat_message", "{\"text\":\"hi\"}").path("code").asText())
                    .isEqualTo("forbidden");
            assertThat(ada.ask("command", "{\"command\":\"go\"}").path("code").asText())
                    .isEqualTo("forbidden");
            assertThat(ada.event("joined").path("room").asText()).isEqualTo("project_mine");
            assertThat(ada.soFar())
                    .noneMatch(each -> each.path("event").asText().equals("joined"));
        }
    }

    @Test
    void whatCannotBeMeantIsSaidToBe() {
        try (SocketIoClient ada = SocketIoClient.start()) {
            ada.connect(server, ALL, "websocket").expect("connect");
            assertThat(code(ada, "join_project", "{}")).isEqualTo("invalid_message");
            assertThat(code(ada, "join_project", "7")).isEqualTo("invalid_message");
            assertThat(code(ada, "join_project", "{\"project_id\":[1]}")).isEqualTo("invalid_message");
            assertThat(code(ada, "join_project", "{\"project_id\":\"a b\"}")).isEqualTo("invalid_channel");
            assertThat(code(ada, "join_project", "{\"project_id\":\"" + "x".repeat(129) + "\"}"))
                    .isEqualTo("invalid_channel");
            assertThat(code(ada, "join_project", "{\"project_id\":\"*\"}")).isEqualTo("invalid_channel");
            assertThat(code(ada, "chat_message", "{\"text\":\"nowhere\"}")).isEqualTo("invalid_message");
            assertThat(code(ada, "leave_project", "{\"project_id\":\"never\"}")).isEqualTo("invalid_message");
            assertThat(code(ada, "make_coffee", "{}")).isEqualTo("unknown_type");
            assertThat(ada.ask("join_project", "{\"project_id\":12}")
                            .path("room")
                            .asText())
                    .isEqualTo("project_12");
            assertThat(code(ada, "chat_message", "{\"text\":\"\"}")).isEqualTo("invalid_message");
            assertThat(code(ada, "chat_message", "{\"text\":{}}")).isEqualTo("invalid_message");
            assertThat(code(ada, "command", "{}")).isEqualTo("invalid_message");
            assertThat(code(ada, "command", "{\"command\":\"go\",\"timeout_ms\":-1}"))
                    .isEqualTo("invalid_message");
            assertThat(ada.askWithBytes("chat_message").path("code").asText()).isEqualTo("invalid_message");
            assertThat(ada.ask("join_project", "{\"project_id\":\"b\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            assertThat(code(ada, "join_project", "{\"project_id\":\"c\"}")).isEqualTo("too_many_subscriptions");
        }
    }

    private static String code(SocketIoClient client, String event, String json) {
        return client.ask(event, json).path("code").asText();
    }

    @Test
    void whoIsNotLetInIsToldWhy() {
        try (SocketIoClient nobody = SocketIoClient.start();
                SocketIoClient anybody = SocketIoClient.start();
                SocketIoClient elsewhere = SocketIoClient.start()) {
            nobody.connect(server, "no token", "polling");
            JsonNode refused = nobody.expect("connect_error");
            assertThat(refused.at("/data/code").asText()).isEqualTo("unauthenticated");
            assertThat(refused.path("message").asText()).isNotEmpty();

            anybody.open(server, options(), "websocket").expect("connect");
            assertThat(anybody.ask("join_project", "{\"project_id\":\"open\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            assertThat(code(anybody, "join_project", "{\"project_id\":\"closed\"}"))
                    .isEqualTo("forbidden");

            ObjectNode header = options();
            header.putObject("extraHeaders").put("Authorization", "Bearer " + ALL);
            elsewhere.open(server, header, "polling").expect("connect");
            assertThat(elsewhere
                            .ask("join_project", "{\"project_id\":\"closed\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
        }
    }

    private static ObjectNode options() {
        return WsClient.JSON.createObjectNode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling"})
    void aClientComesBackByItself(String transport) {
        try (SocketIoClient ada = SocketIoClient.start()) {
            double before = metric("tidings_socketio_reconnects_total");
            ada.connect(server, Tokens.token("back-" + transport, "*:*"), transport);
            String first = ada.expect("connect").path("id").asText();
            ada.deed("drop").expect("disconnect");
            assertThat(ada.expect("connect").path("id").asText()).isNotEqualTo(first);
            assertThat(ada.ask("join_project", "{\"project_id\":\"again\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            assertThat(metric("tidings_socketio_reconnects_total")).isGreaterThan(before);
        }
    }

    @Test
    void operatorsSeeAConnectionAndEndIt() {
        Operator operator = Operator.of(server);
        try (SocketIoClient ada = SocketIoClient.start()) {
            ada.connect(server, Tokens.token("seen", "*:*"), "websocket");
            String id = ada.expect("connect").path("id").asText();
            assertThat(ada.ask("join_project", "{\"project_id\":\"seen\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
            JsonNode listed = operator.listed("?subject=seen").getFirst();
            assertThat(listed.path("connection").asText()).isEqualTo(id);
            assertThat(listed.path("transport").asText()).isEqualTo("socketio");
            Awaitility.await()
                    .until(() ->
                            metric("tidings_socketio_project_connections{project=\"seen\",tenant=\"default\"}") == 1);
            operator.disconnect(id);
            assertThat(ada.expect("disconnect").path("reason").asText()).isEqualTo("io server disconnect");
            Awaitility.await().until(() -> operator.listed("?subject=seen").isEmpty());
        }
    }

    @Test
    void aTokenThatEndsEndsTheConnectionUnlessThereIsANewerOne() {
        Map<String, Object> claims = Tokens.claims("brief", "*:*");
        claims.put("exp", System.currentTimeMillis() / 1000 + 4);
        String brief = Tokens.sign(claims);
        try (SocketIoClient ends = SocketIoClient.start();
                SocketIoClient stays = SocketIoClient.start()) {
            ends.connect(server, brief, "polling").expect("connect");
            stays.connect(server, brief, "websocket").expect("connect");
            assertThat(code(stays, "authenticate", "{\"token\":\"" + ALL + "\"}"))
                    .isEqualTo("forbidden");
            assertThat(stays.ask("authenticate", "{\"token\":\"" + Tokens.token("brief", "*:*") + "\"}")
                            .path("expires_at")
                            .asLong())
                    .isGreaterThan(System.currentTimeMillis() + 1_000_000);
            assertThat(ends.event("token_expiring").path("expires_at").asLong()).isPositive();
            assertThat(ends.event("error").path("code").asText()).isEqualTo("unauthenticated");
            assertThat(ends.expect("disconnect").path("reason").asText()).isEqualTo("transport close");
            JsonNode refused = ends.expect("connect_error");
            for (int tries = 0; tries < 5 && refused.path("data").isNull(); tries++) {
                // A poll that began while the server closed what carried it: the client tries again.
                refused = ends.expect("connect_error");
            }
            assertThat(refused.at("/data/code").asText())
                    .as("it comes back with the token it has: %s", refused)
                    .isEqualTo("unauthenticated");
            assertThat(stays.ask("join_project", "{\"project_id\":\"still\"}")
                            .path("ok")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Test
    void tenantsShareNoRoom() {
        try (SocketIoClient one = SocketIoClient.start();
                SocketIoClient two = SocketIoClient.start()) {
            one.connect(server, Tokens.tenantToken("one", "ada", "*:*"), "websocket")
                    .expect("connect");
            two.connect(server, Tokens.tenantToken("two", "ada", "*:*"), "websocket")
                    .expect("connect");
            one.ask("join_project", "{\"project_id\":\"same\"}");
            two.ask("join_project", "{\"project_id\":\"same\"}");
            one.ask("chat_message", "{\"text\":\"for one\"}");
            two.ask("chat_message", "{\"text\":\"for two\"}");
            assertThat(one.event("chat_message").path("text").asText()).isEqualTo("for one");
            assertThat(two.event("chat_message").path("text").asText()).isEqualTo("for two");
        }
    }

    /** An event of that name would mean something else to the client. */
    @Test
    void namesThatMeanSomethingToClientsAreNotForged() {
        try (SocketIoClient ada = SocketIoClient.start();
                WsClient other = WsClient.connect(server, ALL)) {
            join(ada, "ada", "forged");
            other.publish("project:forged", "disconnect", "{}");
            other.publish("project:forged", "joined", "{\"room\":\"project_other\"}");
            ada.event("event.disconnect");
            ada.event("event.joined");
        }
    }

    private static void join(SocketIoClient client, String subject, String project) {
        client.connect(server, Tokens.token(subject, "*:*"), "websocket").expect("connect");
        assertThat(client.ask("join_project", "{\"project_id\":\"" + project + "\"}")
                        .path("ok")
                        .asBoolean())
                .isTrue();
        client.event("joined");
    }

    private static void patch(String project, String json) {
        int status = server.send(server.request("/api/v1/channels/project:" + project + "/state", ALL)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString(json))
                        .build())
                .statusCode();
        assertThat(status).isEqualTo(200);
    }

    private static double metric(String series) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
