package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.DialectClient;
import dev.tidings.testing.RawHttp;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, tokens and names that are made to be taken for others. */
class HostileHttpIT {
    private static final String ALL = Tokens.token("ada", "*:*");

    /** May read one channel, and nothing else. */
    private static final String LITTLE = Tokens.token("eve", "subscribe:open:1");

    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
        for (String channel : List.of("secret:1", "open:1")) {
            String path = "/api/v1/channels/" + channel + "/events";
            String event = "{\"event\":\"state.changed\",\"payload\":{\"patch\":{\"word\":\"xyzzy-" + channel + "\"}}}";
            assertThat(server.post(path, ALL, event).statusCode()).isEqualTo(201);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String get(String target, String... headers) {
        return RawHttp.exchange(
                server,
                "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nConnection: close\r\n"
                        + String.join(
                                "",
                                List.of(headers).stream()
                                        .map(each -> each + "\r\n")
                                        .toList()) + "\r\n");
    }

    /** However a path is written, it leads nowhere that its own form does not lead. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/channels/secret:1/state",
                "/api/v1/channels/secret:1;x=1/state",
                "/api/v1/channels/secret%3A1/state",
                "/api/v1/channels/secret:1%3Bx/state",
                "/api/v1/channels;x=/secret:1/state",
                "/api;x=1/v1/channels/secret:1/state",
                "/api/v1;a=b;c/channels/secret:1/state;d",
                "//api/v1/channels/secret:1/state",
                "/api//v1/channels/secret:1/state",
                "/./api/v1/channels/secret:1/state",
                "/x/../api/v1/channels/secret:1/state",
                "/q/..%2Fapi/v1/channels/secret:1/state",
                "/%61pi/v1/channels/secret:1/state",
                "/q/%2e%2e/api/v1/channels/secret:1/state",
                "/api/v1/channels/open:1/../secret:1/state",
                "/api/v1/channels/open:1%2F..%2Fsecret:1/state",
                "/api/v1/channels/open:1/%2e%2e/secret:1/state",
                "/api/v1/channels/open:1;/../secret:1/state",
                "/API/v1/channels/secret:1/state",
                "/api\\v1\\channels\\secret:1\\state",
                "/api/v1/channels/secret:1/state%00.js",
                "/api/v1/channels/open:1%00/../secret:1/state",
                "/console/..%2f..%2fapi/v1/channels/secret:1/state",
                "/api/v1/channels/secret:1/state?access_token=",
                "http://127.0.0.1/api/v1/channels/secret:1/state"
            })
    void pathsLeadRoundNoPermission(String path) {
        for (String[] who : new String[][] {{}, {"Authorization: Bearer " + LITTLE}}) {
            String answer = get(path.endsWith("access_token=") ? path + ALL : path, who);
            assertThat(RawHttp.status(answer)).as(answer).isIn(400, 401, 403, 404, 405);
            assertThat(answer).doesNotContain("xyzzy");
        }
    }

    @Test
    void whatIsOpenIsOpen() {
        assertThat(get("/api/v1/channels/open:1/state", "Authorization: Bearer " + LITTLE))
                .contains("xyzzy-open:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..%2f..%2f..%2fetc/passwd",
                "/console/../../../../etc/passwd",
                "/console/%2e%2e/%2e%2e/application.properties",
                "/META-INF/MANIFEST.MF",
                "/application.properties",
                "/console/..%5c..%5capplication.properties",
                "/index.html%00",
                "/q/../application.properties"
            })
    void noFileIsServedButThePages(String path) {
        assertThat(RawHttp.status(get(path))).isIn(400, 404);
    }

    /** What a caller says is in no header of the answer unless it has the form that it may have. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\u000bSet-Cookie: a=b",
                "a\tb",
                "x%0d%0aSet-Cookie: a=b",
                "\u00e5\u0098\u008a\u00e5\u0098\u008dSet-Cookie: a=b",
                "a b",
                "<script>"
            })
    void headersAreNotRepeatedAsTheyCame(String id) {
        String answer = get("/api/v1/channels", "Authorization: Bearer " + ALL, "X-Request-Id: " + id);
        assertThat(RawHttp.status(answer)).isIn(200, 400);
        assertThat(answer)
                .doesNotContain("Set-Cookie")
                .doesNotContain("<script>")
                .doesNotContain("a\tb");
        String page = get(
                "/api/v1/channels?prefix=%0d%0aSet-Cookie:a=b",
                "Authorization: Bearer " + ALL, "Origin: http://x\u000bSet-Cookie:a=b");
        assertThat(page.substring(0, Math.max(0, page.indexOf("\r\n\r\n")))).doesNotContain("Set-Cookie");
    }

    /** Two servers in a row have to agree where a request ends: what can be read in two ways is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ",
                "Content-Length: 2\r\nTransfer-Encoding: xchunked\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: 2, 3\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
                "Content-Length : 2\r\n\r\n{}",
                "Host: other\r\nContent-Length: 2\r\n\r\n{}",
                "Bad\u0000Name: x\r\nContent-Length: 2\r\n\r\n{}"
            })
    void requestsThatCanBeReadInTwoWaysAreRefused(String rest) {
        String answer = RawHttp.exchange(
                server,
                "POST /api/v1/channels/two:1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + ALL + "\r\nContent-Type: application/json\r\n" + rest
                        + "GET /q/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(RawHttp.status(answer)).as(answer).isIn(0, 400, 413);
        assertThat(answer).doesNotContain("\"UP\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"alg":"HS256","kid":"../../../../dev/null"}
            {"alg":"HS256","kid":"/proc/sys/kernel/randomize_va_space"}
            {"alg":"HS256","kid":"' UNION SELECT 'x"}
            {"alg":"HS256","jku":"http://127.0.0.1:1/keys"}
            {"alg":"HS256","x5u":"http://127.0.0.1:1/keys"}
            {"alg":"HS256","jwk":{"kty":"oct","k":"eA"}}
            {"alg":"none"}
            {"alg":"None"}
            {"alg":"nOnE","typ":"JWT"}
            {"alg":""}
            {"alg":"HS256","zip":"DEF"}
            {"alg":"dir","enc":"A256GCM"}
            {"alg":["HS256"]}
            {}
            """)
    void aTokensHeaderSaysNothingOfTheKey(String header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        WsClient.parse(header).properties().forEach(each -> fields.put(each.getKey(), plain(each.getValue())));
        for (String secret : List.of("", "\0", "x")) {
            String key = secret.isEmpty() ? "\0" : secret;
            String forged = Tokens.sign(Tokens.claims("eve", "*:*"), fields, key);
            assertRefused(forged);
            assertRefused(forged.substring(0, forged.lastIndexOf('.') + 1));
        }
    }

    private static Object plain(JsonNode value) {
        return value.isTextual()
                ? value.textValue()
                : value.isArray() ? List.of("HS256") : Map.of("kty", "oct", "k", "eA");
    }

    private static void assertRefused(String token) {
        HttpResponse<String> answer =
                server.send(server.request("/api/v1/channels", token).build());
        assertThat(answer.statusCode()).as(token).isEqualTo(401);
    }

    @Test
    void aTokensTimesAndSizesAreBounded() {
        long now = System.currentTimeMillis() / 1000;
        for (Object exp : List.of(now - 1, now, 0, -5, "9999999999", true, List.of(now + 60))) {
            Map<String, Object> claims = Tokens.claims("eve", "*:*");
            claims.put("exp", exp);
            assertRefused(Tokens.sign(claims));
        }
        Map<String, Object> huge = Tokens.claims("eve", "*:*");
        huge.put("x", "y".repeat(15_000));
        int status = server.send(
                        server.request("/api/v1/channels", Tokens.sign(huge)).build())
                .statusCode();
        assertThat(status).isIn(401, 431);
        Map<String, Object> wide = Tokens.claims("eve");
        wide.put("permissions", Collections.nCopies(1000, "subscribe:a:1"));
        status = server.send(
                        server.request("/api/v1/channels", Tokens.sign(wide)).build())
                .statusCode();
        assertThat(status).isIn(401, 431);
        assertThat(server.get("/q/health/live").statusCode()).isEqualTo(200);
    }

    /** A page of another site has the cookies and the address of whoever looks at it, and not its own way in. */
    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/ws/devices", "/ws/projects", "/graphql", "/socket.io/?EIO=4&transport=websocket"})
    void pagesOfOtherSitesOpenNoSocket(String path) {
        String host = "127.0.0.1:" + server.port();
        for (String origin : List.of(
                "http://evil.example",
                "null",
                "http://" + host + ".evil.example",
                "http://evil.example#" + host,
                "http://user@" + host,
                "file://",
                "http://127.0.0.1",
                "chrome-extension://abc",
                "http://[::1]:" + server.port())) {
            assertThat(DialectClient.handshake(server, path, "Origin", origin, "Authorization", "Bearer " + ALL))
                    .as(origin)
                    .isEqualTo(403);
        }
    }

    /** One name, one channel: what looks alike is another channel or none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Open:1",
                "OPEN:1",
                "open:\uff11",
                "\u043epen:1",
                "op\u0435n:1",
                "open:1\u200b",
                "open:1\u0000",
                "open: 1",
                "open:1 ",
                "open::1",
                ":1",
                "open:",
                "open:1\n",
                "\u0130:1",
                "open:\u00e9",
                "open:e\u0301",
                "o*en:1",
                "*",
                "open:1*2",
                "1open:1",
                "open:%31",
                "open:1?",
                "open:1#",
                "open:1;x",
                "open:\ud800",
                "\u202eopen:1"
            })
    void namesThatLookAlikeAreNone(String name) {
        try (WsClient client = WsClient.connect(server, ALL)) {
            String quoted = name.chars()
                    .mapToObj(each -> String.format("\\u%04x", each))
                    .collect(Collectors.joining("", "\"", "\""));
            for (String type : List.of("publish", "subscribe", "state", "history")) {
                JsonNode reply = client.ask(
                        "{\"type\":\"" + type + "\",\"id\":\"1\",\"event\":\"x\",\"channel\":" + quoted + "}");
                assertThat(reply.path("type").asText()).as(type + ' ' + quoted).isEqualTo("error");
                assertThat(reply.at("/payload/code").asText()).isIn("invalid_channel", "invalid_message", "forbidden");
            }
        }
    }

    @Test
    void namesHaveALength() {
        try (WsClient client = WsClient.connect(server, ALL)) {
            for (String name : List.of("a".repeat(32) + ":" + "b".repeat(128), "a:" + "b/".repeat(64))) {
                assertThat(client.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"" + name + "\"}")
                                .path("type")
                                .asText())
                        .isEqualTo("state");
            }
            for (String name : List.of("a".repeat(33) + ":1", "a:" + "b".repeat(129), "a:" + "b".repeat(100_000))) {
                assertThat(client.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"" + name + "\"}")
                                .at("/payload/code")
                                .asText())
                        .isEqualTo("invalid_channel");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Default", "DEFAULT", "default.", "default-", "default2"})
    void tenantsThatLookAlikeSeeNothingOfEachOther(String tenant) {
        String token = Tokens.tenantToken(tenant, "ada", "*:*");
        assertThat(server.send(server.request("/api/v1/channels/secret:1/state", token)
                                .build())
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.send(server.request("/api/v1/channels", token).build())
                        .body())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_tidings",
                "_groups.default",
                "",
                " ",
                "default ",
                "default/x",
                "default:x",
                "d\u00e9fault",
                "de\u0301fault",
                "*",
                "../default",
                "default\u0000",
                "{sub}"
            })
    void tenantsThatAreNoneLetNobodyIn(String tenant) {
        assertRefused(Tokens.tenantToken(tenant, "ada", "*:*"));
    }

    @Test
    void deepAndLongJsonIsRefusedWhereverItComes() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        for (String path : List.of(
                "/api/v1/events",
                "/api/v1/channels/deep:1/events",
                "/api/v1/devices/deep",
                "/api/v1/channels/deep:1/commands",
                "/graphql")) {
            for (String body :
                    List.of(deep, "{\"payload\":" + deep + "}", "{\"a\":".repeat(50_000), "9".repeat(100_000))) {
                HttpResponse<String> answer = server.post(path, ALL, body);
                assertThat(answer.statusCode()).as(path + answer.body()).isBetween(400, 422);
            }
        }
        assertThat(server.output()).doesNotContain("StackOverflowError").doesNotContain("OutOfMemoryError");
    }
}
