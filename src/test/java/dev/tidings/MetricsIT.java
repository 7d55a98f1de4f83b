package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus reads, against what the documents promise. */
class MetricsIT {
    private static RedisServer redis;
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        server = TidingsServer.start(Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.pollers.host.enabled", "true",
                "tidings.limits.subscriptions-per-connection", "2"));
    }

    @AfterAll
    static void stop() {
        server.close();
        redis.close();
    }

    @Test
    void everyMetricOfTheDocumentsIsThere() throws IOException {
        try (WsClient client = WsClient.connect(server)) {
            client.publish("m:1", "x", "1");
            client.subscribe("m:1", "{\"since\":{\"last\":1}}");
            client.expect("message");
            client.subscribe("m:2");
            client.send("{\"type\":\"subscribe\",\"id\":\"3\",\"channel\":\"m:3\"}")
                    .expectError("too_many_subscriptions");
            Pattern name = Pattern.compile("^\\| `(tidings_[a-z_]+)`", Pattern.MULTILINE);
            for (MatchResult documented : name.matcher(Files.readString(Path.of("docs/operations.md")))
                    .results()
                    .toList()) {
                String metric = documented.group(1);
                Awaitility.await(metric).until(() -> metrics().contains("\n" + metric));
            }
            assertThat(value("tidings_connections{tenant=\"default\"}")).isEqualTo(1);
            assertThat(value("tidings_connections_open{transport=\"websocket\"}"))
                    .isEqualTo(1);
            assertThat(value("tidings_messages_in_total{type=\"publish\"}")).isEqualTo(1);
            assertThat(value("tidings_messages_out_total")).isGreaterThanOrEqualTo(1);
            assertThat(value("tidings_replays_total{outcome=\"recovered\"}")).isEqualTo(1);
            assertThat(value("tidings_limit_hits_total{limit=\"subscriptions-per-connection\"}"))
                    .isEqualTo(1);
        }
        Awaitility.await().until(() -> value("tidings_connections_open{transport=\"websocket\"}") == 0);
    }

    /** Histograms, so that any percentile can be had over all instances. */
    @Test
    void latenciesAreHistograms() {
        try (WsClient client = WsClient.connect(server)) {
            client.subscribe("h:1");
            client.publish("h:1", "x", "1");
            client.expect("message");
        }
        assertThat(metrics())
                .contains("tidings_publish_seconds_bucket{le=\"0.001")
                .contains("tidings_delivery_seconds_bucket{le=\"0.001");
    }

    private static String metrics() {
        return server.get("/q/metrics").body();
    }

    private static double value(String series) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
