package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.Browser;
import dev.tidings.testing.Console;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console at {@code /} as services come and go, and what browsers have by themselves; see {@link ConsoleIT} for its views. */
class PageIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static Browser browser;

    @BeforeAll
    static void start() {
        Optional<Path> program = Browser.find();
        assumeTrue(program.isPresent(), "skipped: there is no chromium or google-chrome on the path");
        browser = Browser.start(program.get());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void aNewcomerSeesTheirMachineAndWhatTheyPublish() {
        try (TidingsServer server = TidingsServer.launch(Map.of())) {
            server.awaitReady();
            Console console = new Console(browser, server).open().says("Live").go("stream");
            console.says("metrics:").says("state.changed");
            publish(
                    server,
                    token(server),
                    "demo:1",
                    "demo.said",
                    "{\"text\":\"<img src=x onerror=document.title='owned'>\"}");
            console.says("onerror=document.title");
            assertThat(browser.evaluate("document.title").asText()).isEqualTo("Events · Tidings");
        }
    }

    @Test
    void itSaysWhenTheServiceIsGoneAndComesBackWithIt() {
        int port;
        try (TidingsServer server = TidingsServer.launch(Map.of())) {
            server.awaitReady();
            port = server.port();
            new Console(browser, server).open().says("Live").go("stream").says("metrics:");
            server.kill();
            browser.awaitText("The connection is lost since", SOON);
        }
        try (TidingsServer again = TidingsServer.launch(Map.of(), port)) {
            again.awaitReady();
            browser.await("!document.body.innerText.includes('The connection is lost')", SOON);
            publish(again, token(again), "demo:back", "demo.again", "1");
            browser.awaitText("demo.again", SOON);
        }
    }

    @Test
    void whereAKeyIsConfiguredItAsksForAToken() {
        try (TidingsServer server = TidingsServer.start(Map.of())) {
            Console console = new Console(browser, server).open().says("Sign in with a token");
            console.fill("Token", "nonsense").press("Sign in").says("That is no JSON Web Token");
            console.fill("Token", "not.a.token").press("Sign in").says("The token was not accepted");
            console.fill("Token", Tokens.token("ada", "subscribe:demo:*")).press("Sign in");
            console.says("Live").says("ada").go("connections").says("This is for operators");
            console.go("presence/demo:1").says("The token does not permit presence:demo:1");
            console.press("Sign out").says("Sign in with a token");
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
        int port;
        try (TidingsServer server = TidingsServer.launch(settings)) {
            server.awaitReady();
            port = server.port();
            new Console(browser, server).open();
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
}
