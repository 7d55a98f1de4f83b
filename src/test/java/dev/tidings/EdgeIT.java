package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration for one box at the edge, as the package brings it. */
class EdgeIT {
    private static final String EVENTS = "/api/v1/channels/device:1/events";

    @TempDir
    private Path directory;

    @Test
    void itRemembersAndIsBounded() {
        String token = Tokens.token("ada", "*:*");
        Map<String, String> settings = Map.of("quarkus.profile", "prod,edge", "STATE_DIRECTORY", directory.toString());
        try (TidingsServer server = TidingsServer.start(settings)) {
            assertThat(server.post(EVENTS, token, "{\"event\":\"device.on\"}").statusCode())
                    .isEqualTo(201);
            assertThat(server.post(
                                    EVENTS,
                                    token,
                                    "{\"event\":\"device.on\",\"payload\":\"" + "x".repeat(65_536) + "\"}")
                            .statusCode())
                    .isEqualTo(413);
            assertThat(directory.resolve("log.db")).exists();
            server.kill();
        }
        try (TidingsServer server = TidingsServer.start(settings)) {
            assertThat(server.send(server.request(EVENTS, token).build()).body())
                    .contains("device.on");
        }
    }
}
