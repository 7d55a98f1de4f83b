package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.Certificates;
import dev.tidings.testing.Dashboard;
import dev.tidings.testing.Ports;
import dev.tidings.testing.Promtool;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads, against what the documents promise. */
class MetricsIT {
    /** How long the certificate shown is good for. */
    private static final int DAYS = 90;

    @TempDir
    private static Path directory;

    private static RedisServer redis;
    private static TidingsServer server;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        server = TidingsServer.start(Map.of(
                "tidings.log.backend", "redis",
                "quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port(),
                "tidings.pollers.host.enabled", "true",
                // Nobody is there.
                "tidings.mqtt.hall.url", "mqtt://127.0.0.1:" + Ports.free(),
                "tidings.mqtt.hall.topics.all.filter", "hall/#",
                "tidings.mqtt.hall.topics.all.channel", "hall:{#}",
                "tidings.mqtt.hall.topics.all.event", "hall.said",
                "quarkus.tls.shown.key-store.p12.path",
                        Certificates.make(directory, DAYS)
                                .keyStore(directory.resolve("certificate.p12"), "password")
                                .toString(),
                "quarkus.tls.shown.key-store.p12.password", "password",
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
            doSomething(client);
            Pattern name = Pattern.compile("^\\| `(tidings_[a-z_]+)`", Pattern.MULTILINE);
            for (MatchResult documented : name.matcher(Files.readString(Path.of("docs/operations.md")))
                    .results()
                    .toList()) {
                String metric = documented.group(1);
                Awaitility.await(metric).until(() -> metrics().contains("\n" + metric));
            }
            // Others' clients may take a moment to be gone.
            Awaitility.await()
                    .until(() -> value("tidings_connections{tenant=\"default\"}") == 1
                            && value("tidings_connections_open{transport=\"websocket\"}") == 1);
            assertThat(value("tidings_messages_in_total{type=\"publish\"}")).isGreaterThanOrEqualTo(1);
            assertThat(value("tidings_commands_seconds_count{status=\"no_handler\"}"))
                    .isGreaterThanOrEqualTo(1);
            assertThat(value("tidings_messages_out_total")).isGreaterThanOrEqualTo(1);
            assertThat(value("tidings_replays_total{outcome=\"recovered\"}")).isGreaterThanOrEqualTo(1);
            assertThat(value("tidings_limit_hits_total{limit=\"subscriptions-per-connection\"}"))
                    .isGreaterThanOrEqualTo(1);
        }
        Awaitility.await().until(() -> value("tidings_connections_open{transport=\"websocket\"}") == 0);
    }

    private static void doSomething(WsClient client) {
        client.publish("m:1", "x", "1");
        client.subscribe("m:1", "{\"since\":{\"last\":1}}");
        client.expect("message");
        client.subscribe("m:2");
        client.send("{\"type\":\"subscribe\",\"id\":\"3\",\"channel\":\"m:3\"}").expectError("too_many_subscriptions");
        client.ask("{\"type\":\"command\",\"id\":\"4\",\"channel\":\"m:4\",\"payload\":{\"name\":\"x\"}}");
    }

    @Test
    void whatTheDashboardAndTheAlertsAskForIsThere() throws IOException {
        Dashboard dashboard = Dashboard.read(Path.of("helm/tidings/dashboards/tidings.json"));
        assertThat(dashboard.queries()).hasSizeGreaterThan(40);
        String metrics = awaitAllMetrics();
        Pattern name = Pattern.compile("\\b(tidings|jvm|process|system|http)_[a-z_]+");
        String asked = Files.readString(Path.of("helm/tidings/templates/_alerts.tpl"))
                + dashboard.queries().stream().map(Dashboard.Query::expression).collect(Collectors.joining("\n"));
        assertThat(name.matcher(asked).results().map(MatchResult::group).distinct())
                .hasSizeGreaterThan(40)
                .allMatch(each -> metrics.contains("\n" + each + "{") || metrics.contains("\n" + each + " "));
    }

    /** As Prometheus evaluates it, so that a label that there is not is found as well. */
    @Test
    void everyQueryOfTheDashboardFindsSomething(@TempDir Path directory) throws IOException {
        Dashboard dashboard = Dashboard.read(Path.of("helm/tidings/dashboards/tidings.json"));
        // What Prometheus adds to what it reads.
        Promtool.Result result = dashboard.evaluate(awaitAllMetrics() + "\nup 1\n", directory);
        assertThat(result.failed()).as(result.output()).isFalse();
    }

    /** When everything that is counted at its first time has happened once. */
    private static String awaitAllMetrics() {
        try (WsClient client = WsClient.connect(server)) {
            doSomething(client);
        }
        server.collectGarbage();
        Awaitility.await()
                .until(() -> Stream.of("tidings_poller_runs_total{", "tidings_mqtt_connected{", "jvm_gc_pause")
                        .allMatch(each -> metrics().contains("\n" + each)));
        return metrics();
    }

    @Test
    void whenTheCertificateEndsIsTold() {
        double days = (value("tidings_certificate_expiry_timestamp_seconds{certificate=\"shown\"}")
                        - Instant.now().getEpochSecond())
                / Duration.ofDays(1).toSeconds();
        assertThat(metrics()).doesNotContain("certificate=\"default\"");
        assertThat(days).isBetween(DAYS - 2.0, DAYS + 1.0);
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
