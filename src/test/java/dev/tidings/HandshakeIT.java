package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets in, by which way, and for how long. */
class HandshakeIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTokenInTheHeader() {
        try (WsClient client = WsClient.open(
                server,
                WsClient.builder().header("Authorization", "Bearer " + Tokens.token("ada", "subscribe:agent:*")),
                "tidings.v1.json")) {
            client.expect("welcome");
            JsonNode payload = client.expect("authenticated").path("payload");
            assertThat(payload.path("subject").asText()).isEqualTo("ada");
            assertThat(payload.path("tenant").asText()).isEqualTo("default");
            assertThat(payload.path("expires_at").asLong()).isGreaterThan(System.currentTimeMillis());
            assertThat(payload.path("permissions").toString())
                    .contains("subscribe:agent:*", "subscribe:user:ada", "history:user:ada", "subscribe:system");
            assertThat(client.socket().getSubprotocol()).isEqualTo("tidings.v1.json");
        }
    }

    @Test
    void aTokenInTheSubProtocolAsBrowsersSendIt() {
        String carrier = "quarkus-http-upgrade%23Authorization%23"
                + URLEncoder.encode("Bearer " + Tokens.token("ada"), StandardCharsets.UTF_8)
                        .replace("+", "%20");
        try (WsClient client = WsClient.open(server, WsClient.builder(), "tidings.v1.json", carrier)) {
            client.expect("welcome");
            client.expect("authenticated");
            assertThat(client.socket().getSubprotocol()).isEqualTo("tidings.v1.json");
        }
    }

    @Test
    void aTokenInTheFirstMessage() {
        try (WsClient client = WsClient.open(server)) {
            client.expect("welcome");
            assertThat(client.ask("{\"type\":\"subscribe\",\"id\":\"0\",\"channel\":\"agent:1\"}")
                            .at("/payload/code")
                            .asText())
                    .isEqualTo("unauthenticated");
            JsonNode reply = client.ask(authenticate("1", Tokens.token("ada", "subscribe:agent:*")));
            assertThat(reply.path("type").asText()).isEqualTo("authenticated");
            client.subscribe("agent:1");
        }
    }

    @Test
    void aClientWithoutSubProtocolGetsTheDefault() {
        try (WsClient client =
                WsClient.open(server, WsClient.builder().header("Authorization", "Bearer " + Tokens.token("ada")))) {
            client.expect("welcome");
            client.expect("authenticated");
        }
    }

    @Test
    void aBadTokenInTheHeaderIsRefusedBeforeTheUpgrade() {
        Map<String, Object> expired = Tokens.claims("ada", "*:*");
        expired.put("exp", System.currentTimeMillis() / 1000 - 1);
        for (String token : new String[] {
            "nonsense",
            Tokens.sign(expired),
            Tokens.sign(Tokens.claims("ada"), Map.of("alg", "HS256"), "another-secret-of-at-least-32-bytes!"),
            Tokens.sign(Tokens.claims("ada"), Map.of("alg", "none"), Tokens.SECRET)
        }) {
            assertStatus(WsClient.builder().header("Authorization", "Bearer " + token), 401);
        }
        assertStatus(WsClient.builder().header("Authorization", "Basic YTpi"), 401);
    }

    @Test
    void aRefusedHandshakeSaysWhy() {
        assertThatThrownBy(() -> WsClient.open(server, WsClient.builder().header("Authorization", "Basic YTpi")))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused -> assertThat(refused.getResponse().headers().firstValue("WWW-Authenticate"))
                                .hasValueSatisfying(challenge -> assertThat(challenge)
                                        .startsWith("Bearer error=\"invalid_token\", error_description=\"")
                                        .contains("Authorization is Bearer and a token")));
    }

    /** What is refused after it was let in here has the headers of its answer all the same. */
    @Test
    void aHandshakeOfAnotherVersionIsToldWhichThereIs() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("""
                    GET /ws HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Version: 12\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 426 ");
            List<String> headers = new ArrayList<>();
            for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
                headers.add(line.toLowerCase(Locale.ROOT));
            }
            assertThat(headers)
                    .contains("sec-websocket-version: 13")
                    .anyMatch(line -> line.startsWith("content-length:"));
        }
    }

    @Test
    void aBadTokenInTheFirstMessageClosesTheConnection() {
        try (WsClient client = WsClient.open(server)) {
            client.expect("welcome");
            client.send(authenticate("1", "nonsense"));
            JsonNode error = client.expectError("unauthenticated");
            assertThat(error.path("id").asText()).isEqualTo("1");
            assertThat(client.awaitClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void aPageOfAnotherHostIsRefused() {
        String token = "Bearer " + Tokens.token("ada");
        assertStatus(WsClient.builder().header("Authorization", token).header("Origin", "https://evil.example"), 403);
        assertStatus(WsClient.builder().header("Origin", "null"), 403);
        try (WsClient client = WsClient.open(
                server, WsClient.builder().header("Origin", "http://127.0.0.1:" + server.port()), "tidings.v1.json")) {
            client.expect("welcome");
        }
    }

    @Test
    void aTokenThatExpiresClosesTheConnectionUnlessRenewed() {
        Map<String, Object> brief = Tokens.claims("ada", "*:*");
        brief.put("exp", System.currentTimeMillis() / 1000 + 3);
        try (WsClient leaves = WsClient.connect(server, Tokens.sign(brief));
                WsClient stays = WsClient.connect(server, Tokens.sign(brief))) {
            assertThat(leaves.expect("token_expiring").at("/payload/expires_at").asLong())
                    .isGreaterThan(System.currentTimeMillis());
            stays.expect("token_expiring");
            stays.ask(authenticate("r", Tokens.token("ada", "*:*")));
            assertThat(leaves.awaitClose().code()).isEqualTo(4401);
            stays.subscribe("agent:1");
        }
    }

    @Test
    void aRenewalKeepsSubjectAndTenant() {
        try (WsClient client = WsClient.connect(server, Tokens.token("ada", "subscribe:agent:*"))) {
            assertCode(client.ask(authenticate("1", Tokens.token("bob", "*:*"))), "forbidden");
            assertCode(client.ask(authenticate("2", Tokens.tenantToken("other", "ada", "*:*"))), "forbidden");
            assertCode(client.ask(authenticate("3", "nonsense")), "unauthenticated");
            client.subscribe("agent:1");
        }
    }

    @Test
    void whatARenewedTokenDoesNotPermitEnds() {
        try (WsClient client = WsClient.connect(server, Tokens.token("ada", "*:*"))) {
            client.subscribe("agent:1");
            client.subscribe("secret:1");
            client.send(authenticate("1", Tokens.token("ada", "subscribe:agent:*", "publish:*")));
            client.expect("authenticated");
            assertThat(client.expectError("forbidden").path("channel").asText()).isEqualTo("secret:1");
            client.publish("secret:1", "x", "{}");
            client.publish("agent:1", "x", "{}");
            assertThat(client.heardSoFar())
                    .extracting(each -> each.path("channel").asText())
                    .containsExactly("agent:1");
        }
    }

    @Test
    void permissionsAreHeldTo() {
        try (WsClient client = WsClient.connect(
                server, Tokens.token("ada", "subscribe:agent:*", "publish:agent:1", "history:agent:1"))) {
            client.subscribe("agent:2");
            client.subscribe("agent:*");
            client.subscribe("user:ada");
            client.subscribe("system");
            client.publish("agent:1", "x", "{}");
            assertThat(client.ask("{\"type\":\"history\",\"id\":\"h\",\"channel\":\"agent:1\"}")
                            .path("type")
                            .asText())
                    .isEqualTo("history");
            assertCode(client.ask("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"agent\"}"), "forbidden");
            assertCode(client.ask("{\"type\":\"subscribe\",\"id\":\"2\",\"channel\":\"user:bob\"}"), "forbidden");
            assertCode(client.ask("{\"type\":\"subscribe\",\"id\":\"3\",\"channel\":\"user:*\"}"), "forbidden");
            assertCode(client.ask("{\"type\":\"history\",\"id\":\"4\",\"channel\":\"agent:2\"}"), "forbidden");
            assertCode(client.ask("{\"type\":\"state\",\"id\":\"5\",\"channel\":\"other:*\"}"), "forbidden");
            assertCode(client.ask(WsClient.publishMessage("6", "agent:2", "x", "{}")), "forbidden");
        }
    }

    @Test
    void tenantsSeeNothingOfEachOther() {
        try (WsClient one = WsClient.connect(server, Tokens.tenantToken("one", "ada", "*:*"));
                WsClient two = WsClient.connect(server, Tokens.tenantToken("two", "ada", "*:*"))) {
            two.subscribe("shared:1");
            two.subscribe("shared:*");
            one.publish("shared:1", "state.changed", "{\"patch\":{\"secret\":1}}");
            assertThat(two.heardSoFar()).isEmpty();
            assertThat(two.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"shared:*\"}")
                            .at("/payload/states"))
                    .isEmpty();
            JsonNode history = two.ask("{\"type\":\"history\",\"id\":\"2\",\"channel\":\"shared:1\"}");
            assertThat(history.at("/payload/events")).isEmpty();
            assertThat(two.publish("shared:1", "x", "{}").at("/payload/offset").asInt())
                    .isEqualTo(1);
        }
    }

    /** A place in the log counts what everybody does. */
    @Test
    void aCursorTellsNothingAndIsGoodForItsTenantOnly() {
        try (WsClient one = WsClient.connect(server, Tokens.tenantToken("one", "eve", "*:*"));
                WsClient two = WsClient.connect(server, Tokens.tenantToken("two", "eve", "*:*"))) {
            String cursor = one.subscribe("seal:*").at("/payload/cursor").asText();
            assertThat(cursor).matches("[A-Za-z0-9_-]{40,}");
            assertThat(one.subscribe("seal:*").at("/payload/cursor").asText())
                    .as("the same place, sealed again")
                    .isNotEqualTo(cursor);
            String since = "{\"since\":{\"cursor\":\"" + cursor + "\"}}";
            assertThat(one.subscribe("seal:*", since).at("/payload/recovered").asBoolean())
                    .isTrue();
            assertThat(two.subscribe("seal:*", since).at("/payload/recovered").asBoolean(true))
                    .isFalse();
            String changed = "{\"since\":{\"cursor\":\"" + cursor.substring(1) + "A\"}}";
            assertThat(one.subscribe("seal:*", changed).at("/payload/recovered").asBoolean(true))
                    .isFalse();
        }
    }

    private static String authenticate(String id, String token) {
        return "{\"type\":\"authenticate\",\"id\":\"" + id + "\",\"payload\":{\"token\":\"" + token + "\"}}";
    }

    private static void assertCode(JsonNode reply, String code) {
        assertThat(reply.at("/payload/code").asText()).as(reply.toString()).isEqualTo(code);
    }

    private static void assertStatus(WebSocket.Builder builder, int status) {
        assertThatThrownBy(() -> WsClient.open(server, builder, "tidings.v1.json"))
                .isInstanceOfSatisfying(
                        CompletionException.class,
                        failure -> assertThat(failure.getCause())
                                .isInstanceOfSatisfying(
                                        WebSocketHandshakeException.class,
                                        refused -> assertThat(
                                                        refused.getResponse().statusCode())
                                                .isEqualTo(status)));
    }
}
