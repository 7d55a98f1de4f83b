package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.testing.Certificates;
import dev.tidings.testing.Ports;
import dev.tidings.testing.RedisServer;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS for clients and to Redis, and certificates that are renewed while it runs. */
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern EXPIRY =
            Pattern.compile("(?m)^tidings_certificate_expiry_timestamp_seconds\\{certificate=\"[^\"]+\"} (\\S+)$");

    @TempDir
    private Path directory;

    @Test
    void aRenewedCertificateIsServedWhileAWebSocketStaysOpen() throws Exception {
        Certificates first = Certificates.make(directory, 10);
        Certificates second = Certificates.make(directory, 300);
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        first.install(certificate, key);
        int port = Ports.free();
        try (TidingsServer server = TidingsServer.start(Map.of(
                "quarkus.tls.key-store.pem.0.cert", certificate.toString(),
                "quarkus.tls.key-store.pem.0.key", key.toString(),
                "quarkus.tls.reload-period", "1s",
                "quarkus.http.ssl-port", Integer.toString(port)))) {
            SSLContext trusting = Certificates.trusting(first, second);
            HttpClient http = HttpClient.newBuilder().sslContext(trusting).build();
            String token = Tokens.token("ada", "*:*");
            // It is ready on its other port a little earlier.
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(() -> get(http, port, "/q/health/ready").statusCode() == 200);
            assertThat(daysLeft(server)).isBetween(8.0, 10.0);
            try (WsClient client = WsClient.connectSecurely(server, port, http, token)) {
                client.subscribe("agent:1");
                client.publish("agent:1", "agent.said", "{\"n\":1}");
                assertThat(client.expect("message").at("/payload/n").asInt()).isEqualTo(1);

                assertThat(served(trusting, port)).isEqualTo(first.certificate());
                second.install(certificate, key);
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(300))
                        .ignoreExceptions()
                        .until(() -> served(trusting, port).equals(second.certificate()));
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> daysLeft(server) > 200);

                client.publish("agent:1", "agent.said", "{\"n\":2}");
                assertThat(client.expect("message").at("/payload/n").asInt()).isEqualTo(2);
                assertThat(client.isClosed()).isFalse();
            }
            HttpClient outdated = HttpClient.newBuilder()
                    .sslContext(Certificates.trusting(first))
                    .build();
            assertThatThrownBy(() -> get(outdated, port, "/q/health/live")).isInstanceOf(SSLHandshakeException.class);
            try (WsClient client = WsClient.connectSecurely(server, port, http, token)) {
                client.subscribe("agent:1");
            }
        }
    }

    @Test
    void redisIsSpokenToByTlsAndTrustedAgainWhenItsCertificateIsAnother() {
        Certificates first = Certificates.make(directory, 10);
        Certificates second = Certificates.make(directory, 10);
        Path certificate = directory.resolve("redis.crt");
        Path key = directory.resolve("redis.key");
        first.install(certificate, key);
        int port = Ports.free();
        try (RedisServer redis = RedisServer.startSecure(port, certificate, key);
                TidingsServer server = TidingsServer.start(speaking("rediss://localhost:" + port, certificate, key));
                TidingsServer mistaken =
                        TidingsServer.launch(speaking("rediss://127.0.0.2:" + port, certificate, key))) {
            String token = Tokens.token("ada", "*:*");
            assertThat(server.post("/api/v1/channels/agent:1/events", token, "{\"event\":\"agent.said\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(redis.run("KEYS", "tidings:*")).contains("tidings:");

            await("the certificate is not for 127.0.0.2")
                    .atMost(PATIENCE)
                    .until(() -> mistaken.output().contains("No Redis connection for calls"));
            assertThat(mistaken.output()).doesNotContain("is there again");

            redis.kill();
            second.install(certificate, key);
            redis.restart();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> server.post("/api/v1/channels/agent:1/events", token, "{\"event\":\"agent.said\"}")
                                    .statusCode()
                            == 201);
        }
    }

    /** It shows Redis a certificate, too. */
    private static Map<String, String> speaking(String redis, Path certificate, Path key) {
        return Map.ofEntries(
                Map.entry("tidings.auth.secret", Tokens.SECRET),
                Map.entry("tidings.log.backend", "redis"),
                Map.entry("tidings.pollers.host.enabled", "false"),
                Map.entry("tidings.pollers.tmux.enabled", "false"),
                Map.entry("quarkus.redis.hosts", redis),
                Map.entry("quarkus.redis.tls-configuration-name", "redis"),
                Map.entry("quarkus.tls.redis.trust-store.pem.certs", certificate.toString()),
                Map.entry("quarkus.tls.redis.key-store.pem.0.cert", certificate.toString()),
                Map.entry("quarkus.tls.redis.key-store.pem.0.key", key.toString()),
                Map.entry("quarkus.tls.redis.hostname-verification-algorithm", "HTTPS"),
                Map.entry("quarkus.tls.redis.reload-period", "1s"));
    }

    private static double daysLeft(TidingsServer server) {
        String metrics = server.get("/q/metrics").body();
        var found = EXPIRY.matcher(metrics);
        assertThat(found.find()).as(metrics).isTrue();
        return (Double.parseDouble(found.group(1)) - System.currentTimeMillis() / 1000.0) / 86_400;
    }

    private static HttpResponse<String> get(HttpClient http, int port, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What is shown to whoever connects now. */
    private static Certificate served(SSLContext trusting, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }
}
