package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with its log in a file. */
class SqliteIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String STATE = "/api/v1/channels/device:lamp/state";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("log.db");
    }

    private Map<String, String> settings() {
        return Map.of("tidings.log.file", file.toString());
    }

    private static HttpResponse<String> getState(TidingsServer server) {
        return server.send(server.request(STATE, TOKEN).GET().build());
    }

    @Test
    void clientsGoOnAfterAKillAsIfNothingHadHappened() {
        JsonNode subscribed;
        HttpResponse<String> state;
        try (TidingsServer server = TidingsServer.start(settings())) {
            try (WsClient client = WsClient.connect(server)) {
                subscribed = client.subscribe("agent:1");
                client.subscribe("agent:never-used");
                for (int i = 1; i <= 3; i++) {
                    assertThat(publish(server, i).statusCode()).isEqualTo(201);
                }
                client.expect("message");
            }
            server.send(server.request(STATE, TOKEN)
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"on\":true}"))
                    .build());
            state = getState(server);
            assertThat(state.statusCode()).isEqualTo(200);
            server.kill();
        }
        try (TidingsServer server = TidingsServer.start(settings());
                WsClient client = WsClient.connect(server)) {
            HttpResponse<String> after = getState(server);
            assertThat(after.body()).isEqualTo(state.body());
            assertThat(after.headers().firstValue("ETag"))
                    .isEqualTo(state.headers().firstValue("ETag"));
            String epoch = subscribed.at("/payload/epoch").asText();
            JsonNode resumed = client.subscribe("agent:1", "{\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}");
            assertThat(resumed.at("/payload/recovered").asBoolean()).isTrue();
            assertThat(resumed.at("/payload/epoch").asText()).isEqualTo(epoch);
            assertThat(client.expect("message").path("offset").asInt()).isEqualTo(2);
            assertThat(client.expect("message").path("offset").asInt()).isEqualTo(3);
            assertThat(publish(server, 3).statusCode())
                    .as("the same event_id again")
                    .isEqualTo(200);
            assertThat(publish(server, 4).statusCode()).isEqualTo(201);
            assertThat(client.expect("message").path("offset").asInt()).isEqualTo(4);
        }
    }

    private static HttpResponse<String> publish(TidingsServer server, int number) {
        return server.post(
                "/api/v1/channels/agent:1/events",
                TOKEN,
                "{\"event\":\"agent.counted\",\"event_id\":\"n" + number + "\",\"payload\":" + number + "}");
    }

    @Test
    void aSecondInstanceIsRefusedWithOneLine() {
        try (TidingsServer server = TidingsServer.start(settings())) {
            assertRefused(settings(), "in use by another instance");
            assertThat(publish(server, 1).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void aFileThatIsNoLogIsRefusedWithOneLine() throws Exception {
        Files.writeString(file, "not a database, but longer than the header of one");
        byte[] before = Files.readAllBytes(file);
        assertRefused(settings(), "not a SQLite database");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void theBackendHasTheLastWord() {
        try (TidingsServer server =
                TidingsServer.start(Map.of("tidings.log.file", file.toString(), "tidings.log.backend", "memory"))) {
            assertThat(publish(server, 1).statusCode()).isEqualTo(201);
            assertThat(file).doesNotExist();
        }
    }

    private void assertRefused(Map<String, String> settings, String reason) {
        try (TidingsServer second = TidingsServer.launch(settings)) {
            assertThat(second.awaitExit()).isNotZero();
            assertThat(second.output().lines().filter(line -> line.contains("tidings.log.file")))
                    .singleElement()
                    .asString()
                    .contains(file.toString(), reason);
            assertThat(second.output()).doesNotContain("\tat ", "Exception");
        }
    }
}
