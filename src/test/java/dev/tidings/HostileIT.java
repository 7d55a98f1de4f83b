package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.RawClient;
import dev.tidings.testing.RawHttp;
import dev.tidings.testing.TidingsServer;
import dev.tidings.testing.Tokens;
import dev.tidings.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that try to cost more than they may. */
class HostileIT {
    private static final String TOKEN = Tokens.token("ada", "*:*");
    private static TidingsServer server;

    @BeforeAll
    static void start() {
        server = TidingsServer.start(Map.of("tidings.limits.connections-per-subject", "100"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Pongs are made for whoever asks; they must not pile up for whoever does not read. */
    @Test
    void pingsOfAClientThatDoesNotReadAreNotAllAnswered() throws IOException {
        ByteArrayOutputStream thousand = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            thousand.writeBytes(RawClient.frame(RawClient.PING, new byte[125]));
        }
        try (RawClient deaf = new RawClient(server, "");
                WsClient other = WsClient.connect(server, TOKEN)) {
            for (int i = 0; i < 300; i++) {
                deaf.sendBytes(thousand.toByteArray());
            }
            assertThat(other.ask("{\"type\":\"ping\",\"id\":\"1\"}")
                            .path("type")
                            .asText())
                    .isEqualTo("pong");
            assertThat(deaf.drain()).as("bytes of pongs, of 38 MB asked for").isLessThan(12_000_000);
        }
    }

    /** RFC 6455, sections 5.1 to 5.5: each is said to be wrong before the connection ends. */
    @ParameterizedTest
    @CsvSource({
        "a frame without a mask,                8102 6869, 1002",
        "a ping in fragments,                   0980 00000000, 1002",
        "a ping that is too long,               89fe007e 00000000, 1002",
        "a close in fragments,                  0880 00000000, 1002",
        "an opcode of data that there is not,   8380 00000000, 1002",
        "an opcode of control that there is not,8b80 00000000, 1002",
        "a continuation of nothing,             8080 00000000, 1002",
        "a message inside of another,           0180 00000000 8180 00000000, 1002",
        "a close with half a code,              8881 00000000 03, 1002",
        "a close with a code of nobody's,       8882 00000000 03ed, 1002",
        "reserved bits,                         a180 00000000, 1002",
        "a length that is longer than it need,  81fe0001 00000000 78, 1002",
        "a length without end,                  81ff7fffffffffffffff 00000000, 1009"
    })
    void framesThatAreNoneEndTheConnection(String what, String hex, int code) throws IOException {
        try (RawClient client = new RawClient(server, TOKEN)) {
            client.sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
            assertThat(client.closeCode()).as(what).isEqualTo(code);
        }
    }

    /** They add nothing to the bytes of a message, and it never becomes one that counts. */
    @Test
    void aMessageHasSoManyFragments() throws IOException {
        ByteArrayOutputStream fragments = new ByteArrayOutputStream();
        fragments.writeBytes(new byte[] {1, (byte) 0x80, 0, 0, 0, 0});
        for (int i = 0; i < 40_000; i++) {
            fragments.writeBytes(new byte[] {0, (byte) 0x80, 0, 0, 0, 0});
        }
        try (RawClient client = new RawClient(server, TOKEN)) {
            client.sendBytes(fragments.toByteArray());
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void slowHandshakesAndBodiesHoldUpNobodyAndTakeNoThread() throws IOException {
        double threads = threads();
        List<Socket> slow = new ArrayList<>();
        try (WsClient other = WsClient.connect(server, TOKEN)) {
            for (int i = 0; i < 100; i++) {
                slow.add(RawHttp.open(server, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso"));
                slow.add(RawHttp.open(server, "G"));
                slow.add(RawHttp.open(
                        server,
                        "POST /api/v1/channels/slow:1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                + TOKEN
                                + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"event\""));
                slow.add(
                        RawHttp.open(
                                server,
                                "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n4"));
            }
            for (Socket each : slow) {
                each.getOutputStream().write(' ');
            }
            assertThat(other.ask("{\"type\":\"ping\",\"id\":\"1\"}")
                            .path("type")
                            .asText())
                    .isEqualTo("pong");
            assertThat(server.get("/q/health").statusCode()).isEqualTo(200);
            assertThat(server.post("/api/v1/channels/slow:2/events", TOKEN, "{\"event\":\"x\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(threads()).isLessThan(threads + 50);
        } finally {
            for (Socket each : slow) {
                each.close();
            }
        }
    }

    private static double threads() {
        return server.get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_threads_live_threads"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void textThatIsNotUtf8EndsTheConnection() {
        try (RawClient client = new RawClient(server, TOKEN)) {
            byte[] message = "{\"type\":\"ping\",\"x\":\"??\"}".getBytes(StandardCharsets.US_ASCII);
            message[19] = (byte) 0xed;
            message[20] = (byte) 0xa0;
            client.send(RawClient.TEXT, message);
            assertThat(client.closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void statesThatAreTooMuchForOneAnswerAreRefused() {
        String text = "x".repeat(900_000);
        for (int i = 0; i < 6; i++) {
            assertThat(server.send(server.request("/api/v1/channels/big:" + i + "/state", TOKEN)
                                    .PUT(BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
        }
        try (WsClient client = WsClient.connect(server, TOKEN)) {
            JsonNode refused = client.ask("{\"type\":\"state\",\"id\":\"1\",\"channel\":\"big:*\"}");
            assertThat(refused.at("/payload/code").asText()).isEqualTo("message_too_large");
            JsonNode one = client.ask("{\"type\":\"state\",\"id\":\"2\",\"channel\":\"big:3\"}");
            assertThat(one.at("/payload/states/0/data/text").asText()).isEqualTo(text);
        }
    }

    /** The rest of a long call waits for its turn, as others do. */
    @Test
    void aLongBulkCallIsStoredWholeAndLetsOthersThrough() {
        String event = "{\"channel\":\"bulk:1\",\"event\":\"x\"}";
        String all = Collections.nCopies(60_000, event).toString();
        JsonNode results =
                WsClient.parse(server.post("/api/v1/events", TOKEN, all).body()).path("results");
        assertThat(results).hasSize(60_000);
        assertThat(results.path(59_999).path("offset").asInt()).isEqualTo(60_000);
    }

    @Test
    void bodiesInOtherEncodingsAreRefused() {
        for (var encoding : new java.nio.charset.Charset[] {StandardCharsets.UTF_16, StandardCharsets.UTF_16LE}) {
            assertThat(server.send(server.request("/api/v1/channels/a:1/events", TOKEN)
                                    .POST(BodyPublishers.ofString("{\"event\":\"x\",\"payload\":1}", encoding))
                                    .build())
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
