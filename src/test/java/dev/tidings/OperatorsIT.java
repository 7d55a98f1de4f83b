package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.Operator;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see of connections, and how they send them away. */
class OperatorsIT {
    private static final String PAYLOAD = '"' + "x".repeat(4_000) + '"';
    private static TidingsServer server;
    private static Operator operator;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of(
                "tidings.limits.queue-size", "256K",
                "tidings.limits.messages-per-second", "1000000",
                "tidings.limits.burst", "1000000",
                "tidings.auth.roles.reader", "subscribe:book:*",
                "tidings.channels.long.slow-consumer", "gap",
                "tidings.channels.long.history-size", "10000"));
        operator = Operator.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aConnectionIsListedFromItsTokenToItsEnd() {
        long before = System.currentTimeMillis();
        try (WsClient stranger = WsClient.open(server)) {
            stranger.expect("welcome");
            assertThat(operator.listed("?subject=listed")).isEmpty();
            stranger.send("{\"type\":\"authenticate\",\"id\":\"1\",\"payload\":{\"token\":\""
                            + Tokens.token("listed", "*:*") + "\"}}")
                    .expect("authenticated");
            stranger.subscribe("list:1");
            stranger.subscribe("list:*");
            JsonNode item = Awaitility.await()
                    .until(
                            () -> operator.listed("?subject=listed").getFirst(),
                            it -> it.path("subscriptions").asInt() == 2);
            assertThat(item.path("subject").asText()).isEqualTo("listed");
            assertThat(item.path("tenant").asText()).isEqualTo("default");
            assertThat(item.path("transport").asText()).isEqualTo("websocket");
            assertThat(item.path("since").asLong()).isBetween(before, System.currentTimeMillis());
            assertThat(item.path("queued_bytes").asLong(-1)).isZero();
            assertThat(item.path("lag").asLong(-1)).isZero();
        }
        Awaitility.await().until(() -> operator.listed("?subject=listed").isEmpty());
    }

    @Test
    void aListComesInPages() {
        List<WsClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                clients.add(WsClient.connect(server, Tokens.token("paged")));
            }
            List<String> all = operator.ids("?subject=paged");
            assertThat(all).hasSize(5).isSorted();
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            clients.stream().map(WsClient::connection).toList());
            JsonNode first = WsClient.parse(
                    operator.connections("?subject=paged&limit=2").body());
            assertThat(first.path("next").asText()).isEqualTo(all.get(1));
            JsonNode second = WsClient.parse(operator.connections("?subject=paged&limit=3&after=" + all.get(1))
                    .body());
            assertThat(second.path("items")).hasSize(3);
            assertThat(second.has("next")).isFalse();
            assertThat(second.path("incomplete").asBoolean(true)).isFalse();
            assertThat(operator.ids("?subject=paged&after=" + all.getLast())).isEmpty();
        } finally {
            clients.forEach(WsClient::close);
        }
    }

    @Test
    void anotherTenantSeesAndDoesNothing() {
        Operator foreign = new Operator(server, Tokens.tenantToken("acme", "ops", "*:*"));
        try (WsClient client = WsClient.connect(server, Tokens.token("tenanted"));
                WsClient other = WsClient.connect(server, Tokens.tenantToken("acme", "tenanted"))) {
            assertThat(foreign.ids("")).containsExactly(other.connection());
            assertThat(operator.ids("?subject=tenanted")).containsExactly(client.connection());
            HttpResponse<String> forbidden = foreign.disconnect(client.connection());
            HttpResponse<String> unknown = foreign.disconnect("5b1c8e0f");
            assertThat(forbidden.statusCode()).isEqualTo(404);
            assertThat(forbidden.body()).isEqualTo(unknown.body());
            assertThat(foreign.disconnectSubject("tenanted").body()).contains("\"disconnected\":1");
            assertThat(other.awaitClose().code()).isEqualTo(4403);
            client.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin:agent:*", "admin:system", "subscribe:*", "publish:agent:1"})
    void whoIsNoOperatorMayNothing(String permission) {
        Operator nobody = new Operator(server, Tokens.token("nobody", permission));
        try (WsClient client = WsClient.connect(server, Tokens.token("spared"))) {
            Stream.of(
                            nobody.connections(""),
                            nobody.disconnect(client.connection()),
                            nobody.disconnect("nothing"),
                            nobody.disconnectSubject("spared"),
                            nobody.revoke("{\"sub\":\"spared\",\"until\":4102444800000}"),
                            nobody.revoke("nonsense"))
                    .forEach(answer -> {
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                        assertThat(answer.body()).contains("\"forbidden\"").contains("admin:*");
                    });
            client.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
    }

    @Test
    void aConnectionIsSentAway() {
        try (WsClient client = WsClient.connect(server, Tokens.token("away"));
                WsClient other = WsClient.connect(server, Tokens.token("away"))) {
            HttpResponse<String> answer = operator.disconnect(client.connection());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(client.awaitClose()).isEqualTo(new WsClient.Close(4403, "disconnected by an operator"));
            Awaitility.await()
                    .until(() -> operator.disconnect(client.connection()).statusCode() == 404);
            assertThat(operator.ids("?subject=away")).containsExactly(other.connection());
            assertThat(server.output()).contains("of ops@default: disconnected connection " + client.connection());
        }
    }

    @Test
    void aSubjectIsSentAway() {
        try (WsClient one = WsClient.connect(server, Tokens.token("a/b +ü"));
                WsClient two = WsClient.connect(server, Tokens.token("a/b +ü"));
                WsClient other = WsClient.connect(server, Tokens.token("a/b"))) {
            assertThat(operator.disconnectSubject("a%2Fb%20+%C3%BC").body()).contains("\"disconnected\":2");
            assertThat(one.awaitClose().code()).isEqualTo(4403);
            assertThat(two.awaitClose().code()).isEqualTo(4403);
            Awaitility.await()
                    .until(() ->
                            operator.disconnectSubject("a%2Fb%20+%C3%BC").body().contains("\"disconnected\":0"));
            other.ask("{\"type\":\"ping\",\"id\":\"still there\"}");
        }
    }

    @Test
    void whoDoesNotReadIsSeenToLag() {
        try (WsClient slow = WsClient.connect(server, Tokens.token("slow", "*:*"));
                WsClient publisher = WsClient.connect(server, Tokens.token("busy", "*:*"))) {
            slow.subscribe("long:lag");
            slow.pause();
            for (int i = 0; i < 4_500; i++) {
                publisher.send(WsClient.publishMessage("p", "long:lag", "x", PAYLOAD));
            }
            Awaitility.await().until(() -> operator.ids("?behind=true").equals(List.of(slow.connection())));
            Awaitility.await().until(() -> gauge("tidings_connections_behind") == 1);
            JsonNode item = operator.listed("?behind=true").getFirst();
            assertThat(item.path("lag").asLong()).isBetween(1L, 4_500L);
            assertThat(item.path("queued_bytes").asLong()).isPositive();
            assertThat(gauge("tidings_lag_max")).isPositive();
            assertThat(gauge("tidings_queued_bytes")).isGreaterThanOrEqualTo(gauge("tidings_queued_bytes_max"));
            assertThat(gauge("tidings_queued_bytes_max")).isPositive();
            slow.resume();
            slow.events(4_500);
            Awaitility.await().until(() -> operator.ids("?behind=true").isEmpty());
            assertThat(operator.listed("?subject=slow").getFirst().path("lag").asLong(-1))
                    .isZero();
            Awaitility.await().until(() -> gauge("tidings_queued_bytes") == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=0",
                "?limit=1001",
                "?limit=many",
                "?behind=perhaps",
                "?subject=a&subject=b",
                "?channel=agent:1",
                "?subject=%FF"
            })
    void impossibleLists(String query) {
        HttpResponse<String> answer = operator.connections(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "?subject=%00, 200",
        "?after=%7F, 200",
        "?after=, 200",
        "?limit=1000, 200",
    })
    void oddLists(String query, int status) {
        assertThat(operator.connections(query).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            subject=bob                                             | false |
            subject=bob&permission=subscribe:book:*                 | true  | subscribe:book:*
            subject=bob&role=reader&role=nobody                     | true  | subscribe:book:*
            subject=bob&permission=publish:a:1&permission=*:book:{sub} | false |
            subject=7&permission=subscribe:book:{sub}               | true  | subscribe:book:7
            """)
    void maySomebodyElse(String about, boolean allowed, String because) {
        JsonNode answer = WsClient.parse(permissions("ops", "admin:*", about).body());
        assertThat(answer.path("allowed").asBoolean()).as(answer.toString()).isEqualTo(allowed);
        assertThat(answer.path("because").asText(null)).isEqualTo(because);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            admin:*       | permission=subscribe:a:1            | 400
            admin:*       | role=reader                         | 400
            admin:*       | subject=bob&permission=fly:a:1      | 400
            admin:*       | subject=                            | 400
            admin:*       | subject=%20                         | 400
            admin:*       | subject=a&subject=b                 | 400
            admin:agent:* | subject=bob                         | 403
            admin:agent:* | subject=nobody                      | 403
            subscribe:*   | subject=ops                         | 403
            """)
    void whatCannotBeAskedAboutOthers(String permission, String about, int status) {
        assertThat(permissions("ops", permission, about).statusCode()).isEqualTo(status);
    }

    private static HttpResponse<String> permissions(String subject, String permission, String about) {
        String path = "/api/v1/permissions?verb=subscribe&channel=book:7&"
                + about.replace("{", "%7B").replace("}", "%7D");
        return server.send(
                server.request(path, Tokens.token(subject, permission)).build());
    }

    private static double gauge(String name) {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
