package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.WsClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the service starts: at once and usable with nothing set, and not at all with what cannot work. */
class StartIT {
    @Test
    void withNothingSetItGivesATokenAndShowsThisMachine() {
        try (TidingsServer server = TidingsServer.launch(Map.of())) {
            server.awaitReady();
            assertThat(server.get("/quick-start").statusCode()).isEqualTo(200);
            String token = WsClient.parse(server.get("/quick-start").body())
                    .path("token")
                    .asText();
            try (WsClient client = WsClient.connect(server, token)) {
                JsonNode subscribed = client.subscribe("metrics:*", "{\"since\":{\"last\":1}}");
                assertThat(subscribed.at("/payload/recovered").asBoolean()).isTrue();
                JsonNode event = client.expect("message");
                assertThat(event.path("event").asText()).isEqualTo("state.changed");
                assertThat(client.expect("message").path("offset").asInt())
                        .as("the next look at this machine")
                        .isGreaterThan(event.path("offset").asInt());
            }
            assertThat(server.output())
                    .contains("http://127.0.0.1:" + server.port())
                    .doesNotContain(token);
        }
    }

    @Test
    void theTokenIsNotForPagesOfOtherSites() throws Exception {
        try (TidingsServer server = TidingsServer.launch(Map.of())) {
            server.awaitReady();
            assertThat(quickStart(server, "Host: 127.0.0.1:" + server.port())).startsWith("HTTP/1.1 200");
            assertThat(quickStart(server, "Host: localhost:" + server.port())).startsWith("HTTP/1.1 200");
            assertThat(quickStart(server, "Host: evil.example:" + server.port()))
                    .startsWith("HTTP/1.1 404");
            assertThat(quickStart(server, "Host: localhost.evil.example")).startsWith("HTTP/1.1 404");
            assertThat(quickStart(server, "Host: 127.0.0.1\r\nOrigin: http://evil.example"))
                    .startsWith("HTTP/1.1 404");
            assertThat(quickStart(server, "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    private static String quickStart(TidingsServer server, String headers) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(("GET /quick-start HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            quarkus.http.port                  | abc            | quarkus.http.port: found "abc"
            quarkus.http.ssl-port              | 99999x         | quarkus.http.ssl-port: found "99999x"
            quarkus.http.host                  | no.such.host.invalid | tidings.auth.secret
            tidings.heartbeat                  | soon           | tidings.heartbeat: found "soon", it must be a duration, such as
            tidings.log.shards                 | many           | tidings.log.shards: found "many"
            tidings.log.memory                 | 90%            | tidings.log.memory: found "90%", it must be a size from 1M on, such as 256M, or a part of the heap from 1% to 75%
            tidings.log.memory                 | 900G           | tidings.log.memory: 921600 MiB do not fit into a heap of
            tidings.log.backend                | cassette       | tidings.log.backend: found "cassette"
            tidings.limits.burts               | 5              | tidings.limits.burts: there is no such setting, did you mean tidings.limits.burst?
            tidings.hartbeat                   | 5s             | tidings.hartbeat: there is no such setting, did you mean tidings.heartbeat?
            tidings.channels.a.history-sise    | 5              | tidings.channels.a.history-sise: there is no such setting, did you mean tidings.channels.a.history-size?
            tidings.carrier.pigeons            | 5              | tidings.carrier.pigeons: there is no such setting
            tidings.tracing.ratio              | 2              | tidings.tracing.ratio: found 2.0, allowed is 0 to 1
            tidings.tracing.endpoint           | collector:4318 | tidings.tracing.endpoint: found no such URL, allowed is
            tidings.tracing.headers.host       | x              | tidings.tracing.headers.host: found no header, allowed is
            quarkus.tls.key-store.pem.0.cert   | /no/such.crt   | quarkus.tls.key-store.pem.0
            mp.jwt.verify.publickey.location   | /no/such.pem   | mp.jwt.verify.publickey.location=/no/such.pem cannot be read
            """)
    void whatIsWrongIsToldInOneLine(String key, String value, String line) {
        try (TidingsServer server = TidingsServer.launch(Map.of(key, value))) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().strip().lines())
                    .as("one line")
                    .singleElement()
                    .asString()
                    .contains(line);
        }
    }

    @Test
    void twoMistakesAreTwoLines() {
        try (TidingsServer server =
                TidingsServer.launch(Map.of("tidings.heartbeat", "soon", "tidings.log.shards", "many"))) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().lines()).hasSize(2);
        }
    }

    @Test
    void aPortThatIsTakenIsToldInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TidingsServer server = TidingsServer.launch(Map.of(), taken.getLocalPort())) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output().strip().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .asString()
                    .startsWith("quarkus.http.port: found ")
                    .contains(Integer.toString(taken.getLocalPort()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tidings.auth.secret,              too-short,           tidings.auth.secret",
        "quarkus.http.host,                0.0.0.0,             tidings.auth.secret",
        "tidings.limits.burts,             5,                   tidings.limits.burts",
        "tidings.log.backend,              cassette,            tidings.log.backend",
        "tidings.log.backend,              redis,               quarkus.redis.hosts",
        "tidings.log.backend,              sqlite,              tidings.log.file",
        "tidings.log.file,                 /not/there/log.db,   tidings.log.file",
        "tidings.heartbeat,                soon,                such as 500ms",
        "tidings.auth.secret,              '                                        ', tidings.auth.secret",
        "tidings.limits.message-size,      10,                  tidings.limits.message-size",
        "tidings.heartbeat,                106752d,             tidings.heartbeat",
        "tidings.limits.connections,       0,                   tidings.limits.connections",
        "tidings.channels.a.history-size,  -1,                  tidings.channels.a.history-size",
        "tidings.channels.Agents.history-size, 5,               tidings.channels.Agents",
        "tidings.auth.allowed-origins,     panel.example,       tidings.auth.allowed-origins",
        "tidings.heartbeat,                0s,                  tidings.heartbeat",
        "tidings.pollers.x.kind,           carrier-pigeon,      tidings.pollers.x.kind",
        "tidings.pollers.host.interval,    1ms,                 tidings.pollers.host.interval",
    })
    void whatCannotWorkStopsTheStartAndIsNamed(String key, String value, String named) {
        try (TidingsServer server = TidingsServer.launch(Map.of(key, value))) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.output()).contains(named);
            assertThat(server.output().lines().filter(line -> line.contains("\tat ")))
                    .as("a stack trace:\n" + server.output())
                    .isEmpty();
        }
    }
}
