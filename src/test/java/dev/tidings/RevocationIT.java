package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.testing.Operator;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that are taken back before they expire. */
class RevocationIT {
    private static TidingsServer server;
    private static Operator operator;

    @BeforeAll
    static void start() {
        server = TidingsServer.start();
        operator = Operator.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTokenIsRefusedEverywhereAndItsConnectionsEnd() {
        String revoked = token("ada", "jti-1", 0);
        String other = token("ada", "jti-2", 0);
        try (WsClient client = WsClient.connect(server, revoked);
                WsClient stays = WsClient.connect(server, other);
                WsClient late = WsClient.open(server)) {
            late.expect("welcome");
            operator.revokeForLong("jti", "jti-1");
            assertRefused(server, revoked);
            WsClient.Close close = client.awaitClose();
            assertThat(close).isEqualTo(new WsClient.Close(4401, "the token has been revoked"));
            late.send(authenticate(revoked)).expectError("unauthenticated");
            assertThat(late.awaitClose().code()).isEqualTo(4401);
            assertThatThrownBy(() -> WsClient.connect(server, revoked))
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            failure -> assertThat(failure.getResponse().statusCode())
                                    .isEqualTo(401));
            assertThat(stays.ask(authenticate(revoked)).at("/payload/code").asText())
                    .isEqualTo("unauthenticated");
            stays.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
            assertAccepted(server, other);
        }
        assertThat(server.output()).contains("of ops@default: revoked tokens with jti \"jti-1\" until ");
    }

    @Test
    void allTokensOfASubjectAreRefused() {
        String withId = token("bob", "jti-3", 0);
        String plain = Tokens.token("bob");
        try (WsClient one = WsClient.connect(server, withId);
                WsClient two = WsClient.connect(server, plain);
                WsClient other = WsClient.connect(server, Tokens.token("bobby"))) {
            operator.revokeForLong("sub", "bob");
            assertThat(one.awaitClose().code()).isEqualTo(4401);
            assertThat(two.awaitClose().code()).isEqualTo(4401);
            assertRefused(server, withId);
            assertRefused(server, token("bob", "jti-new", 4));
            assertAccepted(server, Tokens.tenantToken("acme", "bob"));
            other.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
    }

    @Test
    void aNameOfTheOtherKindIsNotMeant() {
        operator.revokeForLong("jti", "cleo");
        assertAccepted(server, token("cleo", "not cleo", 0));
        operator.revokeForLong("sub", "jti-of-dora");
        assertAccepted(server, token("dora", "jti-of-dora", 0));
    }

    @Test
    void anotherTenantsTokenIsNotMeant() {
        Operator foreign = new Operator(server, Tokens.tenantToken("acme", "ops", "admin:*"));
        String token = token("emma", "jti-emma", 0);
        foreign.revokeForLong("jti", "jti-emma");
        foreign.revokeForLong("sub", "emma");
        assertAccepted(server, token);
    }

    @Test
    void aSubjectThatHasLoggedInAnewIsLetIn() {
        long now = System.currentTimeMillis();
        String old = token("finn", "old", -60);
        String renewed = token("finn", "renewed", 0);
        Map<String, Object> undated = Tokens.claims("finn");
        undated.remove("iat");
        try (WsClient leaves = WsClient.connect(server, old);
                WsClient stays = WsClient.connect(server, old)) {
            stays.ask(authenticate(renewed));
            HttpResponse<String> answer = operator.revoke(
                    "{\"sub\":\"finn\",\"until\":" + (now + 3_600_000) + ",\"issued_before\":" + (now - 30_000) + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(leaves.awaitClose().code()).isEqualTo(4401);
            stays.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
        assertRefused(server, old);
        assertRefused(server, Tokens.sign(undated));
        assertAccepted(server, renewed);
    }

    @Test
    void itEndsWhenItIsSaidToAndMayBeEndedSooner() {
        String token = token("gina", "jti-gina", 0);
        operator.revokeForLong("sub", "gina");
        operator.revokeForLong("sub", "gina");
        assertRefused(server, token);
        HttpResponse<String> answer =
                operator.revoke("{\"sub\":\"gina\",\"until\":" + (System.currentTimeMillis() + 1_500) + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Awaitility.await().until(() -> status(server, token) == 200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                        | missing
            {"until": 4102444800000}                                  | jti or sub is missing
            {"jti": "a", "sub": "b", "until": 4102444800000}          | both given
            {"jti": "a"}                                              | until is missing
            {"jti": "a", "until": null}                               | until is missing
            {"jti": "a", "until": 1704067200000}                      | after now
            {"jti": "a", "until": 4102444800}                         | after now
            {"jti": "a", "until": 4102444800000000}                   | up to
            {"jti": "a", "until": 1e30}                               | until
            {"jti": "a", "until": 4102444800000.5}                    | until
            {"jti": "a", "until": "4102444800000"}                    | until
            {"jti": "a", "until": true}                               | until
            {"jti": 7, "until": 4102444800000}                        | jti is a string
            {"jti": "", "until": 4102444800000}                       | jti is a string
            {"jti": " ", "until": 4102444800000}                      | jti is a string
            {"jti": "a\\nb", "until": 4102444800000}                  | jti is a string
            {"jti": ["a"], "until": 4102444800000}                    | jti is a string
            {"sub": {}, "until": 4102444800000}                       | sub is a string
            {"jti": "a", "issued_before": 1, "until": 4102444800000}  | with sub only
            {"sub": "a", "issued_before": -1, "until": 4102444800000} | issued_before
            {"sub": "a", "issued_before": "x", "until": 4102444800000} | issued_before
            []                                                        | an object
            "a"                                                       | an object
            null                                                      | an object
            {                                                         | not JSON
            {} {}                                                     | not JSON
            """)
    void whatCannotBeRevoked(String body, String why) {
        HttpResponse<String> answer = operator.revoke(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(why).contains("invalid_message");
    }

    @Test
    void namesThatAreTooLong() {
        String until = ",\"until\":4102444800000}";
        assertThat(operator.revoke("{\"jti\":\"" + "x".repeat(256) + '"' + until)
                        .statusCode())
                .isEqualTo(200);
        assertThat(operator.revoke("{\"jti\":\"" + "x".repeat(257) + '"' + until)
                        .statusCode())
                .isEqualTo(400);
        assertThat(operator.revoke("{\"sub\":\"" + "x".repeat(129) + '"' + until)
                        .statusCode())
                .isEqualTo(400);
        assertThat(operator.revoke("{\"sub\":\"" + "x".repeat(20_000) + '"' + until)
                        .statusCode())
                .isEqualTo(413);
        Map<String, Object> claims = Tokens.claims("hugo");
        claims.put("jti", "x".repeat(257));
        assertRefused(server, Tokens.sign(claims));
        claims.put("jti", 7);
        assertRefused(server, Tokens.sign(claims));
    }

    @Test
    void itOutlivesTheProcess(@TempDir Path directory) {
        Map<String, String> settings =
                Map.of("tidings.log.file", directory.resolve("log.db").toString());
        String revoked = token("ida", "jti-ida", 0);
        try (TidingsServer first = TidingsServer.start(settings)) {
            Operator.of(first).revokeForLong("jti", "jti-ida");
            Operator.of(first).revokeForLong("sub", "two words: here");
            first.kill();
        }
        try (TidingsServer second = TidingsServer.start(settings)) {
            assertRefused(second, revoked);
            assertRefused(second, Tokens.token("two words: here"));
            assertAccepted(second, token("ida", "jti-ida-2", 0));
        }
    }

    private static String token(String subject, String id, long issuedIn) {
        Map<String, Object> claims = Tokens.claims(subject, "subscribe:a:*");
        claims.put("jti", id);
        claims.put("iat", System.currentTimeMillis() / 1000 + issuedIn);
        return Tokens.sign(claims);
    }

    private static String authenticate(String token) {
        return "{\"type\":\"authenticate\",\"id\":\"auth\",\"payload\":{\"token\":\"" + token + "\"}}";
    }

    private static int status(TidingsServer at, String token) {
        return at.send(at.request("/api/v1/channels", token).build()).statusCode();
    }

    private static void assertRefused(TidingsServer at, String token) {
        assertThat(status(at, token)).isEqualTo(401);
    }

    private static void assertAccepted(TidingsServer at, String token) {
        assertThat(status(at, token)).isEqualTo(200);
    }
}
