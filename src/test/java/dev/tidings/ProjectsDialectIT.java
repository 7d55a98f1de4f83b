package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An orchestrator's dashboard, with nothing but what its own clients say and expect. */
class ProjectsDialectIT {
    private static final String PATH = "/ws/projects";
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final List<String> TYPES = List.of(
            "project.created",
            "project.updated",
            "project.phase.changed",
            "project.deleted",
            "story.status.changed",
            "escalation.created",
            "escalation.responded",
            "agent.started",
            "agent.completed",
            "pr.created",
            "pr.merged",
            "workflow.error",
            "something.else");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.message-size", "64K",
                "tidings.limits.queue-size", "256K",
                "tidings.limits.connections-per-subject", "100",
                "tidings.limits.subscriptions-per-connection", "3",
                "tidings.limits.messages-per-second", "50",
                "tidings.limits.burst", "60"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDashboardGetsTheEventsOfItsProjectsAsItKnowsThem() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            subscribe(dashboard, "abc-123");
            for (String type : TYPES) {
                assertThat(emit("abc-123", type, "{\"storyId\":\"6-5\",\"status\":\"done\"}")
                                .statusCode())
                        .isEqualTo(201);
            }
            for (String type : TYPES) {
                JsonNode event = dashboard.expect(type);
                assertThat(event.propertyStream().map(Map.Entry::getKey))
                        .containsExactlyInAnyOrder("type", "projectId", "payload", "timestamp");
                assertThat(event.path("projectId").asText()).isEqualTo("abc-123");
                assertThat(event.at("/payload/status").asText()).isEqualTo("done");
                assertThat(event.path("timestamp").asLong()).isGreaterThan(1_600_000_000_000L);
            }
        }
    }

    @Test
    void ofOtherProjectsItGetsNothing() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            subscribe(dashboard, "mine");
            subscribe(dashboard, "left");
            dashboard.send("{'action':'unsubscribe','projectId':'left'}");
            assertThat(dashboard.expect("unsubscribed").path("projectId").asText())
                    .isEqualTo("left");
            emit("left", "pr.created", "1");
            emit("others", "pr.created", "1");
            emit("mine", "pr.merged", "1");
            dashboard.expect("pr.merged");
        }
    }

    @Test
    void nativeClientsAndDashboardsHearEachOthersEvents() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN);
                WsClient other = WsClient.connect(server)) {
            subscribe(dashboard, "both");
            other.subscribe("project:both");
            other.publish("project:both", "agent.started", "{\"agent\":1}");
            assertThat(dashboard.expect("agent.started").at("/payload/agent").asInt())
                    .isEqualTo(1);
            assertThat(other.expect("message").path("event").asText()).isEqualTo("agent.started");
            emit("both", "agent.completed", "{}");
            assertThat(other.expect("message").path("event").asText()).isEqualTo("agent.completed");
        }
    }

    @Test
    void nobodyIsLetInWithoutAGoodToken() {
        assertThat(DialectClient.handshake(server, PATH)).isEqualTo(401);
        assertThat(DialectClient.handshake(server, PATH, "Authorization", "Bearer nonsense"))
                .isEqualTo(401);
        assertThat(DialectClient.handshake(server, PATH, "Authorization", TOKEN))
                .isEqualTo(401);
        assertThat(DialectClient.handshake(
                        server, PATH, "Authorization", "Bearer " + TOKEN, "Origin", "http://elsewhere.example"))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|invalid_message",
                "[]|invalid_message",
                "''|invalid_message",
                "{}|unknown_type",
                "{'action':7}|unknown_type",
                "{'action':'publish'}|unknown_type",
                "{'action':'subscribe'}|invalid_message",
                "{'action':'subscribe','projectId':7}|invalid_message",
                "{'action':'subscribe','projectId':''}|invalid_channel",
                "{'action':'subscribe','projectId':'*'}|invalid_channel",
                "{'action':'unsubscribe','projectId':'a b'}|invalid_channel",
            })
    void whatItCannotMeanIsAnError(String message, String code) {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            JsonNode error = dashboard.send(message).expect("error");
            assertThat(error.path("code").asText()).as(error.toString()).isEqualTo(code);
            assertThat(error.path("message").asText()).isNotEmpty();
            subscribe(dashboard, "still-there");
        }
    }

    @Test
    void whatItMayNotSeeIsForbiddenWhetherItExistsOrNot() {
        emit("secret", "project.created", "1");
        try (DialectClient dashboard =
                DialectClient.connect(server, PATH, Tokens.token("bob", "subscribe:project:abc-*"))) {
            String secret = forbidden(dashboard, "secret");
            assertThat(forbidden(dashboard, "nothing")).isEqualTo(secret.replace("secret", "nothing"));
            subscribe(dashboard, "abc-9");
        }
    }

    @Test
    void anotherTenantsProjectOfTheSameNameIsAnother() {
        try (DialectClient theirs = DialectClient.connect(server, PATH, Tokens.tenantToken("other", "eve", "*:*"))) {
            subscribe(theirs, "shared");
            emit("shared", "pr.created", "1");
            server.post(
                    "/api/v1/projects/shared/events",
                    Tokens.tenantToken("other", "eve", "*:*"),
                    "{\"type\":\"pr.merged\"}");
            theirs.expect("pr.merged");
        }
    }

    @Test
    void limitsHoldAsForAllConnections() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            IntStream.range(0, 3).forEach(i -> subscribe(dashboard, "p" + i));
            dashboard.send("{'action':'subscribe','projectId':'p3'}");
            assertThat(dashboard.expect("error").path("code").asText()).isEqualTo("too_many_subscriptions");
            dashboard.send("{'action':'" + "x".repeat(70_000) + "'}");
            assertThat(dashboard.expect("error").path("code").asText()).isEqualTo("message_too_large");
            assertThat(dashboard.awaitClose()).isEqualTo(1009);
        }
    }

    @Test
    void whoSendsTooMuchIsToldAndThenSentAway() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            for (int i = 0; i < 200; i++) {
                dashboard.send("nonsense");
            }
            assertThat(dashboard.awaitClose()).isEqualTo(4429);
            assertThat(dashboard.heard())
                    .extracting(each -> each.path("code").asText())
                    .contains("invalid_message", "rate_limited");
        }
    }

    @Test
    void whatIsNoTextIsAnErrorAndThenTheEnd() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, TOKEN)) {
            for (int i = 0; i < 3; i++) {
                dashboard.sendBinary(new byte[] {1, 2, 3});
                assertThat(dashboard.expect("error").path("code").asText()).isEqualTo("invalid_message");
            }
            assertThat(dashboard.awaitClose()).isEqualTo(4400);
        }
    }

    @Test
    void operatorsSeeItAndSendItAway() {
        try (DialectClient dashboard = DialectClient.connect(server, PATH, Tokens.token("carol", "*:*"))) {
            subscribe(dashboard, "abc-123");
            JsonNode found = Awaitility.await()
                    .until(
                            () -> WsClient.parse(server.send(server.request("/api/v1/connections?subject=carol", TOKEN)
                                            .build())
                                    .body()),
                            list -> list.at("/items/0/subscriptions").asInt() == 1);
            assertThat(found.at("/items/0/transport").asText()).isEqualTo("projects");
            assertThat(server.post("/api/v1/subjects/carol/disconnect", TOKEN, "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(dashboard.awaitClose()).isEqualTo(4403);
        }
    }

    @Test
    void whoDoesNotReadIsSentAwayAndOthersAreNotHeldUp() {
        String payload = '"' + "x".repeat(30_000) + '"';
        try (DialectClient slow = DialectClient.connect(server, PATH, TOKEN);
                DialectClient quick = DialectClient.connect(server, PATH, TOKEN)) {
            subscribe(slow, "busy");
            subscribe(quick, "busy");
            slow.pause();
            double before = slowConsumers();
            int sent = 0;
            while (slowConsumers() == before) {
                assertThat(++sent).as("events of 30 KB for a queue of 256 KiB").isLessThan(1_000);
                assertThat(emit("busy", "agent.output", payload).statusCode()).isEqualTo(201);
                quick.expect("agent.output");
            }
            slow.resume();
            assertThat(slow.awaitClose()).isEqualTo(4408);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400",
                "{'type':7}|400",
                "{'type':'Not A Type'}|400",
                "{'type':'pr.merged','projectId':'other'}|400",
                "{'type':'pr.merged','projectId':7}|400",
                "{'type':'pr.merged'|400",
                "{'type':'pr.merged','projectId':'rest'}|201",
            })
    void whatIsPublishedIsChecked(String body, int status) {
        HttpResponse<String> answer = server.post("/api/v1/projects/rest/events", TOKEN, body.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void publishingNeedsThePermission() {
        String reader = Tokens.token("bob", "subscribe:project:*");
        assertThat(server.post("/api/v1/projects/rest/events", reader, "{\"type\":\"a.b\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.post("/api/v1/projects/a%20b/events", TOKEN, "{\"type\":\"a.b\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    private static HttpResponse<String> emit(String project, String type, String payload) {
        return server.post(
                "/api/v1/projects/" + project + "/events",
                TOKEN,
                "{\"type\":\"" + type + "\",\"payload\":" + payload + "}");
    }

    private static double slowConsumers() {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidings_slow_consumers_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void subscribe(DialectClient dashboard, String project) {
        dashboard.send("{'action':'subscribe','projectId':'" + project + "'}");
        assertThat(dashboard.expect("subscribed").path("projectId").asText()).isEqualTo(project);
    }

    private static String forbidden(DialectClient dashboard, String project) {
        dashboard.send("{'action':'subscribe','projectId':'" + project + "'}");
        JsonNode error = dashboard.expect("error");
        assertThat(error.path("code").asText()).isEqualTo("forbidden");
        return error.path("message").asText();
    }
}
