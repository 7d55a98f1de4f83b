package dev.tidings.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Starts the packaged service once, uses it a little and ends it, so that the JVM notes what it loads and links (JEP 514): the
 * many that tests start then need half the processor's time. Run by the build before the integration tests; the cache is good
 * for the very JVM and jar that it was made with.
 */
public final class Training {
    private static final int FIRST_JVM = 25;

    private Training() {}

    public static void main(String[] args) throws IOException {
        if (Runtime.version().feature() < FIRST_JVM) {
            System.out.println("no training run: it needs a JVM of " + FIRST_JVM + " or newer");
            return;
        }
        Path cache = cache();
        Files.deleteIfExists(cache);
        try (TidingsServer server = TidingsServer.launch(
                List.of("-XX:AOTCacheOutput=" + cache), TidingsServer.sheltered(Map.of()), Ports.free())) {
            server.awaitReady();
            try (WsClient client = WsClient.connect(server)) {
                client.subscribe("training:1");
                client.publish("training:1", "state.changed", "{\"patch\":{\"a\":1}}");
                client.expect("message");
            }
            server.post("/api/v1/channels/training:1/events", Tokens.token("ada", "*:*"), "{\"event\":\"a\"}");
            server.get("/q/metrics");
            server.process().destroy();
            // The cache is made when all else is done.
            server.awaitExit(Duration.ofMinutes(3));
        }
    }

    /** The JVM's options that use the cache; none where there is none. */
    static List<String> options() {
        return Files.exists(cache()) ? List.of("-XX:AOTCache=" + cache()) : List.of();
    }

    private static Path cache() {
        return Path.of(System.getProperty("tidings.jar", "target/quarkus-app/quarkus-run.jar"))
                .resolveSibling("training.aot")
                .toAbsolutePath();
    }
}
