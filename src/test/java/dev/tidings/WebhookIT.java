package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tidings.testing.CommandClient;
import dev.tidings.testing.Endpoint;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that a real HTTP server answers. */
class WebhookIT {
    private static final String SECRET = "a-secret-of-the-webhook";
    private static final String PING = "{\"name\":\"ping\",\"args\":{\"n\":1.10}}";
    private static final CountDownLatch ENDED = new CountDownLatch(1);

    private static Endpoint endpoint;
    private static TidingsServer server;
    private CommandClient ada;

    @BeforeAll
    static void start() {
        endpoint = new Endpoint();
        Map<String, String> settings = new HashMap<>();
        hook(settings, "plain", "plain:*");
        settings.put("tidings.commands.plain.max-size", "100");
        hook(settings, "signed", "signed:*");
        settings.put("tidings.commands.signed.secret", SECRET);
        settings.put("tidings.commands.signed.headers.Authorization", "Bearer t0ken");
        hook(settings, "slow", "slow:*");
        settings.put("tidings.commands.slow.timeout", "200ms");
        hook(settings, "patient", "patient:*");
        hook(settings, "tenant", "plain:*");
        settings.put("tidings.commands.tenant.tenant", "other");
        hook(settings, "off", "off:*");
        settings.put("tidings.commands.off.enabled", "false");
        settings.put("tidings.commands.nowhere.pattern", "nowhere:*");
        settings.put("tidings.commands.nowhere.url", "http://127.0.0.1:1/s3cret");
        HttpHandler never = exchange -> {
            try {
                ENDED.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        endpoint.answer("/slow", never).answer("/patient", never).answer("/tenant", "{'tenant':'other'}");
        server = TidingsServer.start(settings);
    }

    private static void hook(Map<String, String> settings, String name, String pattern) {
        settings.put("tidings.commands." + name + ".pattern", pattern);
        settings.put("tidings.commands." + name + ".url", endpoint.url("/" + name) + "?key=s3cret");
    }

    @AfterAll
    static void stop() {
        ENDED.countDown();
        server.close();
        endpoint.close();
    }

    @BeforeEach
    void connect() {
        ada = CommandClient.connect(server, Tokens.token("ada", "*:*"));
    }

    @AfterEach
    void disconnect() {
        ada.close();
    }

    @Test
    void aCommandIsPostedAndSigned() throws Exception {
        BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
        BlockingQueue<Map<String, List<String>>> headers = new LinkedBlockingQueue<>();
        endpoint.answer("/signed", exchange -> {
            headers.add(Map.copyOf(exchange.getRequestHeaders()));
            bodies.add(exchange.getRequestBody().readAllBytes());
            Endpoint.respond(exchange, 200, "{\"status\":\"ok\",\"result\":{\"done\":true}}");
        });
        long before = System.currentTimeMillis();
        JsonNode reply = ada.client()
                .ask("{\"type\":\"command\",\"id\":\"1\",\"channel\":\"signed:1\",\"payload\":" + PING + "}");
        assertThat(reply.at("/payload/status").asText()).isEqualTo("ok");
        assertThat(reply.at("/payload/result").toString()).isEqualTo("{\"done\":true}");
        byte[] body = bodies.poll(5, TimeUnit.SECONDS);
        assertThat(new String(body, StandardCharsets.UTF_8)).contains("\"args\":{\"n\":1.10}");
        JsonNode posted = WsClient.parse(new String(body, StandardCharsets.UTF_8));
        assertThat(posted.path("command")).isEqualTo(reply.at("/payload/command"));
        assertThat(posted.path("tenant").asText()).isEqualTo("default");
        assertThat(posted.path("channel").asText()).isEqualTo("signed:1");
        assertThat(posted.path("name").asText()).isEqualTo("ping");
        assertThat(posted.path("from").asText()).isEqualTo("ada");
        assertThat(posted.path("timestamp").asLong()).isGreaterThanOrEqualTo(before);
        Map<String, List<String>> sent = headers.poll(5, TimeUnit.SECONDS);
        assertThat(sent.get("Content-type")).containsExactly("application/json");
        assertThat(sent.get("Authorization")).containsExactly("Bearer t0ken");
        assertThat(sent.get("Tidings-command"))
                .containsExactly(posted.path("command").asText());
        assertThat(sent.get("Tidings-signature")).containsExactly("sha256=" + hmac(body));
    }

    private static String hmac(byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | {"a":1}                             | {"status":"ok","result":{"a":1}}
            201 | [1,2]                               | {"status":"ok","result":[1,2]}
            200 | {"status":"busy"}                   | {"status":"ok","result":{"status":"busy"}}
            200 | null                                | {"status":"ok"}
            204 | ``                                  | {"status":"ok"}
            200 | {"status":"error","error":"no"}     | {"status":"error","error":"no"}
            200 | {"status":"ok","result":7}          | {"status":"ok","result":7}
            200 | {"status":"error","error":7}        | {"status":"error","error":{"code":"handler_failed","message":"the webhook gave an answer that is none: error is an object, such as {code, message}, or a string"}}
            200 | s3cret                              | {"status":"error","error":{"code":"handler_failed","message":"the webhook answered with what is not JSON"}}
            500 | {"a":"s3cret"}                      | {"status":"error","error":{"code":"handler_failed","message":"the webhook answered with status 500"}}
            404 | ``                                  | {"status":"error","error":{"code":"handler_failed","message":"the webhook answered with status 404"}}
            """)
    void whatItAnswersIsTheAnswer(int status, String body, String expected) {
        endpoint.answer("/plain", exchange -> Endpoint.respond(exchange, status, body == null ? "" : body));
        assertThat(answer("plain:1")).isEqualTo(WsClient.parse(expected));
    }

    private JsonNode answer(String channel) {
        JsonNode reply = ada.command(channel, PING);
        assertThat(reply.path("type").asText()).as(reply.toString()).isEqualTo("command_response");
        JsonNode payload = reply.path("payload");
        ((com.fasterxml.jackson.databind.node.ObjectNode) payload).remove("command");
        return payload;
    }

    @Test
    void aRedirectIsNotFollowed() {
        endpoint.answer("/plain", exchange -> redirect(exchange, endpoint.url("/elsewhere")));
        endpoint.answer("/elsewhere", "{'stolen':true}");
        assertThat(answer("plain:1").at("/error/message").asText()).isEqualTo("the webhook answered with status 307");
        assertThat(endpoint.asked("/elsewhere")).isEmpty();
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().add("Location", to);
        Endpoint.respond(exchange, 307, "");
    }

    @Test
    void anAnswerThatIsTooLargeIsNotTaken() {
        endpoint.answer("/plain", "'" + "x".repeat(100) + "'");
        assertThat(answer("plain:1").at("/error/message").asText())
                .isEqualTo("the webhook answered with more than 100 bytes");
    }

    @Test
    void oneThatIsTooSlowHasFailedUnlessItsCallerWaitsNoLonger() {
        assertThat(answer("slow:1").at("/error/message").asText())
                .isEqualTo("the webhook did not answer within 200 ms");
        JsonNode reply = ada.command("patient:1", "{\"name\":\"ping\",\"timeout_ms\":100}");
        assertThat(reply.at("/payload/status").asText()).isEqualTo("timeout");
    }

    @Test
    void oneThatIsNotThereHasFailedAndItsAddressIsNotTold() {
        JsonNode payload = answer("nowhere:1");
        assertThat(payload.at("/error/code").asText()).isEqualTo("handler_failed");
        assertThat(payload.at("/error/message").asText()).isEqualTo("the webhook cannot be reached: no connection");
        assertThat(server.output()).doesNotContain("s3cret");
    }

    @Test
    void itIsOfOneTenantAndMayBeOff() {
        try (CommandClient stranger = CommandClient.connect(server, Tokens.tenantToken("other", "eve", "*:*"))) {
            JsonNode reply = stranger.command("plain:1", PING);
            assertThat(reply.at("/payload/result/tenant").asText()).isEqualTo("other");
            assertThat(stranger.command("signed:1", PING).at("/payload/code").asText())
                    .isEqualTo("no_handler");
        }
        assertThat(ada.command("off:1", PING).at("/payload/code").asText()).isEqualTo("no_handler");
    }

    @Test
    void aSettingThatCannotWorkStopsTheStart() {
        try (TidingsServer refused = TidingsServer.launch(Map.of("tidings.commands.x.url", "http://u:s3cret@h/"))) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("tidings.commands.x.pattern is missing")
                    .doesNotContain("s3cret")
                    .doesNotContain("\tat ");
        }
    }
}
