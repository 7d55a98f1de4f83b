package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
