package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator finds in the log, as JSON and with everything that is said of connections and calls. */
class LogLinesIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String PAYLOAD = "a-payload-nobody-else-may-read";
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "quarkus.log.console.json.enabled", "true", "quarkus.log.category.\"dev.tidings\".level", "DEBUG"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aLineNamesItsConnectionAndSubjectAndMessage() {
        String connection;
        try (WsClient client = WsClient.open(server)) {
            connection = client.expect("welcome").at("/payload/connection").asText();
            client.send("{\"type\":\"authenticate\",\"payload\":{\"token\":\"" + TOKEN + "\"}}")
                    .expect("authenticated");
            client.publish("log:1", "thing.done", "{\"text\":\"" + PAYLOAD + "\"}");
            client.send("no envelope").send("nor this").send("nor that");
            assertThat(client.awaitClose().code()).isEqualTo(4400);
        }
        JsonNode closed = line("closed with 4400");
        assertThat(closed.at("/mdc/connection").asText()).isEqualTo(connection);
        assertThat(closed.at("/mdc/subject").asText()).isEqualTo("ada@default");
        assertThat(closed.path("message").asText()).contains(connection);
        assertNothingSecret();
    }

    @Test
    void aLineNamesItsCallAndSubject() {
        server.send(server.request("/api/v1/channels/log:2/state", TOKEN)
                .header("X-Request-Id", "call-7")
                .PUT(BodyPublishers.ofString("{\"text\":\"" + PAYLOAD + "\"}"))
                .build());
        JsonNode answered = line("call-7");
        assertThat(answered.at("/mdc/correlation").asText()).isEqualTo("call-7");
        assertThat(answered.at("/mdc/subject").asText()).isEqualTo("ada@default");
        assertThat(answered.path("message").asText()).contains("PUT /api/v1/channels/log:2/state");
        assertNothingSecret();
    }

    @Test
    void aLineNamesEachMessageOfWhateverDialect() {
        String connection;
        try (WsClient client = WsClient.connect(server, TOKEN)) {
            connection = client.connection();
            client.ask("{\"type\":\"history\",\"id\":\"turn-7\",\"channel\":\"log:4\"}");
            JsonNode refused = client.ask("{\"type\":\"command\",\"id\":\"turn-8\",\"channel\":\"log:4\","
                    + "\"payload\":{\"name\":\"go\",\"args\":{\"text\":\"" + PAYLOAD + "\"}}}");
            assertThat(refused.path("id").asText()).isEqualTo("turn-8");
        }
        assertThat(line("message turn-7: history").at("/mdc/correlation").asText())
                .isEqualTo("turn-7");
        JsonNode command = line("message turn-8: command");
        assertThat(command.at("/mdc/correlation").asText()).isEqualTo("turn-8");
        assertThat(command.at("/mdc/connection").asText()).isEqualTo(connection);
        assertThat(command.at("/mdc/subject").asText()).isEqualTo("ada@default");
        try (DialectClient panel = DialectClient.connect(server, "/ws/projects", TOKEN)) {
            panel.send("{'action':'unsubscribe','projectId':'abc-123'}").expect("unsubscribed");
        }
        assertThat(line(": unsubscribe").at("/mdc/subject").asText()).isEqualTo("ada@default");
        assertNothingSecret();
    }

    @Test
    void everyAnswerHasItsCallsId() {
        Map<String, Integer> answers = Map.of(
                "/api/v1/channels", 200,
                "/api/v1/channels?limit=x", 400,
                "/api/v1/channels/NO/events", 400,
                "/api/v1/channels/log:5/state", 404,
                "/api/v1/devices/none", 404,
                "/api/v1/nothing", 404,
                "/api/v1/channels/log:5/events?wait_ms=1", 200);
        answers.forEach((path, status) -> {
            String id = "call" + path.replaceAll("[^a-z]", "-");
            var answer = server.send(
                    server.request(path, TOKEN).header("X-Request-Id", id).build());
            assertThat(answer.statusCode()).as(path).isEqualTo(status);
            assertThat(answer.headers().firstValue("X-Request-Id")).as(path).contains(id);
            assertThat(line(id + " of").at("/mdc/correlation").asText()).isEqualTo(id);
        });
        var stranger = server.send(server.request("/api/v1/channels", "no token")
                .header("X-Request-Id", "call-stranger")
                .build());
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("X-Request-Id")).contains("call-stranger");
    }

    @Test
    void aLineCannotBeForged() {
        server.send(server.request("/api/v1/channels/log:3%0a%0d%7B%22level%22:%22ERROR%22%7D/state", TOKEN)
                .header("X-Request-Id", "forged id{}")
                .GET()
                .build());
        JsonNode answered = line("log:3");
        assertThat(answered.path("message").asText())
                .doesNotContain("forged")
                .contains("%0a%0d")
                .endsWith("answered 400");
    }

    private static void assertNothingSecret() {
        String signature = TOKEN.substring(TOKEN.lastIndexOf('.'));
        assertThat(server.output())
                .doesNotContain(PAYLOAD)
                .doesNotContain(signature)
                .doesNotContain(Tokens.SECRET);
    }

    private static JsonNode line(String message) {
        return Awaitility.await(message)
                .until(() -> find(message), lines -> !lines.isEmpty())
                .getFirst();
    }

    private static List<JsonNode> find(String message) {
        return server.output()
                .lines()
                .map(WsClient::parse)
                .filter(line -> line.path("message").asText().contains(message))
                .toList();
    }
}
