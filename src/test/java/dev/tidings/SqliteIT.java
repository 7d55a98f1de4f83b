package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.SmallFileSystem;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with its log in a file. */
class SqliteIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static final String STATE = "/api/v1/channels/device:lamp/state";

    private static final String LONG = '"' + "x".repeat(20_000) + '"';

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

    /** What a pattern's cursor is sealed with is in the file too. */
    @Test
    void aPatternGoesOnFromItsCursorAfterAStop() {
        String cursor;
        try (TidingsServer server = TidingsServer.start(settings())) {
            assertThat(publish(server, 1).statusCode()).isEqualTo(201);
            try (WsClient client = WsClient.connect(server)) {
                cursor = client.subscribe("agent:*").at("/payload/cursor").asText();
            }
            assertThat(publish(server, 2).statusCode()).isEqualTo(201);
        }
        try (TidingsServer server = TidingsServer.start(settings());
                WsClient client = WsClient.connect(server)) {
            assertThat(publish(server, 3).statusCode()).isEqualTo(201);
            JsonNode resumed = client.subscribe("agent:*", "{\"since\":{\"cursor\":\"" + cursor + "\"}}");
            assertThat(resumed.at("/payload/recovered").asBoolean())
                    .as(resumed.toString())
                    .isTrue();
            assertThat(client.events(2))
                    .extracting(event -> event.path("offset").asInt())
                    .containsExactly(2, 3);
        }
    }

    @Test
    void aFullDiskIsUnavailableUntilThereIsRoom() throws Exception {
        try (SmallFileSystem disk = SmallFileSystem.mount(Files.createDirectory(directory.resolve("small")))) {
            disk.leave(1_500_000);
            file = disk.root().resolve("log.db");
            try (TidingsServer server = TidingsServer.start(settings());
                    WsClient client = WsClient.connect(server)) {
                client.subscribe("agent:1");
                int stored = fillUp(server);
                client.send(WsClient.publishMessage("full", "agent:1", "agent.spoke", LONG));
                List<JsonNode> heard = client.events(stored);
                assertThat(heard.getLast().path("offset").asInt()).isEqualTo(stored);
                client.expectError("unavailable");
                disk.makeRoom();
                assertThat(publish(server, 1).statusCode()).isEqualTo(201);
                assertThat(client.expect("message").path("offset").asInt())
                        .as("what was refused has not been stored")
                        .isEqualTo(stored + 1);
                assertThat(server.output()).contains("the disk that the log is on is full", "can be written again");
            }
        }
    }

    /** Publishes until it is refused; answers how many were stored. */
    private static int fillUp(TidingsServer server) {
        int stored = 0;
        HttpResponse<String> answer = speak(server);
        while (answer.statusCode() == 201) {
            stored++;
            assertThat(stored).as("fits into 1.5 MB").isLessThan(1000);
            answer = speak(server);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("\"unavailable\"");
        return stored;
    }

    private static HttpResponse<String> speak(TidingsServer server) {
        return server.post(
                "/api/v1/channels/agent:1/events", TOKEN, "{\"event\":\"agent.spoke\",\"payload\":" + LONG + "}");
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
