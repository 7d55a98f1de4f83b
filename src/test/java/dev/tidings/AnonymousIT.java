package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be done without a token, where something may. */
class AnonymousIT {
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.auth.anonymous", "subscribe:device:*,history:device:*,publish:guestbook",
                "tidings.auth.authenticate-within", "4s",
                "tidings.limits.requests-per-second", "1",
                "tidings.limits.requests-burst", "60"));
        String token = Tokens.token("ada", "*:*");
        for (String channel : new String[] {"device:lamp", "secret:lamp"}) {
            server.send(server.request("/api/v1/channels/" + channel + "/state", token)
                    .PUT(BodyPublishers.ofString("{\"on\":true}"))
                    .build());
        }
        server.send(server.request("/api/v1/channels/device:theirs/state", Tokens.tenantToken("acme", "ada", "*:*"))
                .PUT(BodyPublishers.ofString("{\"on\":true}"))
                .build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatIsListedMayBeDoneInTheDefaultTenant() {
        assertThat(get("/api/v1/channels/device:lamp/state").body()).isEqualTo("{\"on\":true}");
        assertThat(get("/api/v1/channels/device:lamp/events").statusCode()).isEqualTo(200);
        assertThat(get("/api/v1/channels").body())
                .contains("device:lamp")
                .doesNotContain("secret")
                .doesNotContain("theirs");
        HttpResponse<String> published = send(request("/api/v1/channels/guestbook/events")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"event\":\"signed\"}")));
        assertThat(published.statusCode()).as(published.body()).isEqualTo(201);
        assertThat(get("/api/v1/permissions?verb=history&channel=device:1").body())
                .contains("\"history:device:*\"");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/channels/secret:lamp/state",
        "GET, /api/v1/channels/secret:none/state",
        "GET, /api/v1/channels/user:ada/state",
        "GET, /api/v1/channels/system/state",
        "DELETE, /api/v1/channels/device:lamp/state",
        "GET, /api/v1/channels/device:lamp/presence",
        "GET, /api/v1/connections",
        "DELETE, /api/v1/connections/1",
        "POST, /api/v1/subjects/ada/disconnect",
        "POST, /api/v1/tokens/revoke"
    })
    void nothingElse(String method, String path) {
        HttpResponse<String> answer = send(request(path).method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"Bearer nonsense", "Bearer", "Basic YTpi", "''"})
    void aBadTokenIsNotTakenForNone(String authorization) {
        HttpResponse<String> answer =
                send(request("/api/v1/channels/device:lamp/state").header("Authorization", authorization));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void aSocketStillHasToShowAToken() {
        try (WsClient client = WsClient.open(server)) {
            client.expect("welcome");
            client.send("{\"type\":\"subscribe\",\"id\":\"1\",\"channel\":\"device:lamp\"}")
                    .expectError("unauthenticated");
            assertThat(client.awaitClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void oneAddressDoesNotUseUpTheCallsOfAnother() throws UnknownHostException {
        HttpClient greedy = HttpClient.newBuilder()
                .localAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 9}))
                .build();
        HttpRequest request = request("/api/v1/channels/device:lamp/state").build();
        assertThat(IntStream.range(0, 200).anyMatch(i -> status(greedy, request) == 429))
                .isTrue();
        assertThat(get("/api/v1/channels/device:lamp/state").statusCode()).isEqualTo(200);
    }

    @Test
    void whatCannotBeGivenToAnybodyStopsTheStart() {
        Map<String, String> settings =
                Map.of("tidings.auth.secret", Tokens.SECRET, "tidings.auth.anonymous", "history:a:*,admin:*");
        try (TidingsServer refused = TidingsServer.launch(settings)) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("tidings.auth.anonymous has \"admin:*\": the verbs admin and *")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void whatMayBeMoreThanWasMeantIsWarnedOf() {
        assertThat(server.output())
                .contains("tidings.auth.anonymous has publish:guestbook: whoever reaches this service may do that")
                .doesNotContain("has subscribe:device:*");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri(path));
    }

    private static HttpResponse<String> get(String path) {
        return send(request(path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        return server.send(request.build());
    }

    private static int status(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString()).join().statusCode();
    }
}
