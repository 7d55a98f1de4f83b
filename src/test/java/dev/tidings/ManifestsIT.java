package dev.tidings;

import static dev.tidings.testing.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Manifests;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The service and Redis start as the manifests start them, but on this machine, and are what the probes look for. */
class ManifestsIT {
    private static final Manifests MANIFESTS = Manifests.read(Path.of("k8s/tidings.yaml"));
    private static final String PASSWORD = "a password of Redis";

    @Test
    void theServiceIsReadyWithTheSettingsOfTheManifests() {
        List<String> arguments = each(MANIFESTS
                        .get("StatefulSet", "tidings-redis")
                        .at("/spec/template/spec/containers/0/args"))
                .map(JsonNode::asText)
                .toList();
        assertThat(arguments).startsWith("--dir", "/data").endsWith("--requirepass", "$(REDISCLI_AUTH)");
        // The directory is the test's, and the password comes once it is known to run.
        String[] portable = arguments.subList(2, arguments.size() - 2).toArray(String[]::new);
        try (RedisServer redis = RedisServer.start(portable)) {
            assertThat(redis.run("CONFIG", "GET", "maxmemory-policy")).contains("noeviction");
            assertThat(redis.run("CONFIG", "GET", "appendonly")).contains("yes");
            assertThat(redis.run("CONFIG", "SET", "requirepass", PASSWORD)).startsWith("+OK");
            try (TidingsServer server = TidingsServer.launch(settings(redis))) {
                server.awaitReady();
                JsonNode container = MANIFESTS.get("Deployment", "tidings").at("/spec/template/spec/containers/0");
                for (String probe : List.of("startup", "liveness", "readiness")) {
                    String path =
                            container.at("/" + probe + "Probe/httpGet/path").asText();
                    assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
                }
                assertThat(server.post("/api/v1/channels/a:1/events", Tokens.token("ada", "*:*"), "{\"event\":\"x\"}")
                                .statusCode())
                        .isEqualTo(201);
                assertThat(server.get("/api/v1/channels").statusCode())
                        .as("without a token")
                        .isEqualTo(401);
                assertThat(server.output()).doesNotContain(PASSWORD, Tokens.SECRET);
            }
        }
    }

    @Test
    void theyDoNotStartWithoutTheSecret() {
        try (TidingsServer server = TidingsServer.launch(settings())) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.output()).contains("tidings.auth.secret is not set");
        }
    }

    /** Those of the manifests, but for the port, of which each server here has its own. */
    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        MANIFESTS.settings("tidings").forEach((key, value) -> settings.put(key.toString(), value.toString()));
        settings.remove("quarkus.http.port");
        return settings;
    }

    /** The same, and what they take from the Secret; on this machine. */
    private static Map<String, String> settings(RedisServer redis) {
        Map<String, String> settings = settings();
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
        settings.put("quarkus.redis.password", PASSWORD);
        settings.put("tidings.auth.secret", Tokens.SECRET);
        return settings;
    }
}
