package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.Browser;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at {@code /} in a real browser. */
class PageIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private Path program;

    @BeforeEach
    void find() {
        Optional<Path> found = Browser.find();
        assumeTrue(found.isPresent(), "skipped: there is no chromium or google-chrome on the path");
        program = found.get();
    }

    @Test
    void aNewcomerSeesTheirMachineAndWhatTheyPublish() {
        try (TidingsServer server = TidingsServer.launch(Map.of());
                Browser browser = Browser.start(program)) {
            server.awaitReady();
            browser.open(server.uri("/"));
            browser.awaitText("Connection: Live.", SOON);
            browser.awaitText("metrics:", SOON);
            browser.awaitText("state.changed", SOON);
            String token = WsClient.parse(server.get("/quick-start").body())
                    .path("token")
                    .asText();
            server.post(
                    "/api/v1/channels/demo:1/events",
                    token,
                    "{\"event\":\"demo.said\",\"payload\":{\"text\":\"<img src=x onerror=document.title='owned'>\"}}");
            browser.awaitText("onerror=document.title", SOON);
            assertThat(browser.evaluate("document.title").asText()).isNotEqualTo("owned");
            assertThat(browser.requests())
                    .as("nothing from elsewhere")
                    .allMatch(url -> url.matches("(http|ws)://127\\.0\\.0\\.1:" + server.port() + "/.*"));
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void itSaysWhenTheServiceIsGoneAndComesBackWithIt() {
        try (Browser browser = Browser.start(program)) {
            int port;
            try (TidingsServer server = TidingsServer.launch(Map.of())) {
                server.awaitReady();
                port = server.port();
                browser.open(server.uri("/"));
                browser.awaitText("Connection: Live.", SOON);
                server.kill();
                browser.awaitText("Reconnecting", SOON);
            }
            try (TidingsServer again = TidingsServer.launch(Map.of(), port)) {
                again.awaitReady();
                Awaitility.await().atMost(SOON).until(() -> !browser.text().contains("Reconnecting"));
                browser.awaitText("Connection: Live.", SOON);
                publish(again, token(again), "demo:back", "demo.again", "1");
                browser.awaitText("demo.again", SOON);
            }
        }
    }

    @Test
    void whereAKeyIsConfiguredItAsksForAToken() {
        try (TidingsServer server = TidingsServer.start(Map.of());
                Browser browser = Browser.start(program)) {
            browser.open(server.uri("/"));
            browser.awaitText("Sign in with a token", SOON);
            signIn(browser, "nonsense");
            browser.awaitText("Sign in with a token", SOON);
            signIn(browser, Tokens.token("ada", "*:*"));
            browser.awaitText("Connection: Live.", SOON);
            browser.awaitText("ada", SOON);
        }
    }

    /** What browsers have for Server-Sent Events reconnects by itself, and says where it was. */
    @Test
    void theBrowsersEventSourceMissesNothing(@TempDir Path directory) {
        Map<String, String> settings = Map.of(
                "tidings.auth.secret", Tokens.SECRET,
                "tidings.pollers.tmux.enabled", "false",
                "tidings.pollers.host.enabled", "false",
                "tidings.log.backend", "sqlite",
                "tidings.log.file", directory.resolve("events.db").toString(),
                "tidings.auth.anonymous", "subscribe:news:*");
        try (Browser browser = Browser.start(program)) {
            int port;
            try (TidingsServer server = TidingsServer.launch(settings)) {
                server.awaitReady();
                port = server.port();
                browser.open(server.uri("/"));
                browser.evaluate("window.heard = []; window.source = new EventSource('/api/v1/channels/news:1/events');"
                        + "source.onmessage = event => heard.push(JSON.parse(event.data).payload)");
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> browser.evaluate("source.readyState").asInt() == 1);
                publishNews(server, 1, 3);
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> browser.evaluate("heard.length").asInt() == 3);
                server.kill();
            }
            try (TidingsServer again = TidingsServer.launch(settings, port)) {
                again.awaitReady();
                publishNews(again, 4, 6);
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> browser.evaluate("heard.length").asInt() >= 6);
                assertThat(browser.evaluate("heard.join()").asText()).isEqualTo("1,2,3,4,5,6");
            }
        }
    }

    private static void publishNews(TidingsServer server, int from, int to) {
        String token = Tokens.token("editor", "publish:news:*");
        for (int i = from; i <= to; i++) {
            publish(server, token, "news:1", "news.told", Integer.toString(i));
        }
    }

    private static String token(TidingsServer server) {
        return WsClient.parse(server.get("/quick-start").body()).path("token").asText();
    }

    private static void publish(TidingsServer server, String token, String channel, String event, String payload) {
        String body = "{\"event\":\"" + event + "\",\"payload\":" + payload + "}";
        assertThat(server.post("/api/v1/channels/" + channel + "/events", token, body)
                        .statusCode())
                .isEqualTo(201);
    }

    private static void signIn(Browser browser, String token) {
        browser.evaluate("document.getElementById('token').value = '" + token + "'");
        browser.evaluate("document.getElementById('token-form').requestSubmit()");
    }
}
